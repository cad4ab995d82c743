import assert from 'node:assert/strict';
import type { RunningHost } from '../../../src/lab/host.ts';
import { contains, eventually, hears, type Item, reads, type Stage } from './stage.ts';

interface Agent extends Item {
  readonly host: string;
}

export const agentOn = async ({ rest }: Stage, host: RunningHost, type: string): Promise<Agent> => {
  const query = `agents?host=${host.name}&agent_type=${encodeURIComponent(type)}`;
  return (await rest.get<{ agents: Agent[] }>(query)).agents[0]!;
};

/** The host whose DHCP agent serves a network. */
export const serving = ({ rest, lab }: Stage, network: string): Promise<RunningHost> =>
  eventually('a DHCP agent of the network', async () => {
    const { agents } = await rest.get<{ agents: Agent[] }>(`networks/${network}/dhcp-agents`);
    assert.equal(agents.length, 1);
    return lab.hosts.get(agents[0]!.host)!;
  });

const gone = (host: RunningHost, network: string) =>
  eventually(`no namespace of ${network} on ${host.name}`, async () =>
    assert.doesNotMatch(await reads(host, 'ip', 'netns', 'list'), new RegExp(`qdhcp-${network}`)),
  );

/**
 * Waits until the agent remembers a network whose DHCP it has set up. If the network is deleted before, the Linux bridge agent takes
 * the interface away under it; Python's agent (configure_dhcp_for_network) then fails, does not remember the network, and so
 * leaves its namespace for good.
 */
export async function remembered(stage: Stage, since: number, network: string): Promise<void> {
  const query = `ports?network_id=${network}&device_owner=network:dhcp`;
  const { ports } = await stage.rest.get<{ ports: Item[] }>(query);
  await hears(stage, since, 'dhcp_ready_on_ports', ({ args }) =>
    (args.port_ids as string[]).includes(ports[0]!.id),
  );
}

/** Everything that a DHCP agent hears: each change is to be seen in the files of its dnsmasq. */
export async function dhcp(stage: Stage): Promise<void> {
  const { make, change, rest, mark } = stage;
  const network = await make('network', { name: 'served' });
  const part = { network_id: network.id, ip_version: 4 };
  let since = mark();
  const first = await make('subnet', { ...part, cidr: '172.16.20.0/24' });
  const host = await serving(stage, network.id);
  const [hosts, opts] = ['host', 'opts'].map((name) => `/var/lib/neutron/dhcp/${network.id}/${name}`) as [
    string,
    string,
  ];
  await hears(stage, since, 'network_create_end', ({ server }) => server === host.name);
  await hears(stage, since, 'create_dhcp_port', ({ reply }) => reply?.result !== null);
  await contains(host, opts, /option:router,172\.16\.20\.1/);

  since = mark();
  const dns = {
    dns_nameservers: ['192.168.85.253'],
    host_routes: [{ destination: '10.98.0.0/16', nexthop: '172.16.20.9' }],
  };
  await change('subnet', first.id, dns);
  await hears(stage, since, 'subnet_update_end');
  await contains(host, opts, /option:dns-server,192\.168\.85\.253/);
  await contains(host, opts, /10\.98\.0\.0\/16,172\.16\.20\.9/);

  since = mark();
  const port = await make('port', {
    network_id: network.id,
    name: 'fixed',
    fixed_ips: [{ subnet_id: first.id, ip_address: '172.16.20.50' }],
  });
  await hears(stage, since, 'port_create_end');
  await contains(host, hosts, /172\.16\.20\.50/);
  await hears(stage, since, 'dhcp_ready_on_ports', ({ args }) =>
    (args.port_ids as string[]).includes(port.id),
  );
  since = mark();
  await change('port', port.id, { fixed_ips: [{ subnet_id: first.id, ip_address: '172.16.20.60' }] });
  await hears(stage, since, 'port_update_end');
  await contains(host, hosts, /172\.16\.20\.60/);
  await contains(host, hosts, /172\.16\.20\.50/, false);

  since = mark();
  const second = await make('subnet', { ...part, cidr: '172.16.21.0/24' });
  await hears(stage, since, 'subnet_create_end');
  await hears(stage, since, 'update_dhcp_port', ({ reply }) => reply?.result !== null);
  await contains(host, opts, /option:router,172\.16\.21\.1/);
  since = mark();
  await change('subnet', second.id, { enable_dhcp: false });
  await hears(stage, since, 'subnet_update_end');
  await contains(host, opts, /172\.16\.21\.1/, false);
  since = mark();
  await rest.delete(`subnets/${second.id}`);
  await hears(stage, since, 'subnet_delete_end');

  since = mark();
  await rest.delete(`ports/${port.id}`);
  await hears(stage, since, 'port_delete_end');
  await contains(host, hosts, /172\.16\.20\.60/, false);

  since = mark();
  await change('network', network.id, { name: 'renamed', mtu: 1400 });
  await hears(stage, since, 'network_update_end');
  await hears(
    stage,
    since,
    'get_network_info',
    ({ reply }) => (reply!.result as { mtu: number }).mtu === 1400,
  );

  since = mark();
  await change('network', network.id, { admin_state_up: false });
  await hears(stage, since, 'network_update_end');
  await eventually('dnsmasq to end', async () =>
    assert.equal(await reads(host, 'pgrep', '-f', `dhcp/${network.id}/`), ''),
  );
  since = mark();
  await change('network', network.id, { admin_state_up: true });
  await contains(host, opts, /option:router,172\.16\.20\.1/);
  await remembered(stage, since, network.id);

  since = mark();
  await rest.delete(`networks/${network.id}`);
  await hears(stage, since, 'network_delete_end', ({ fanout }) => fanout);
  await gone(host, network.id);
}

/** A network goes by hand from one DHCP agent to the other, and is deleted there. */
export async function dhcpMoves(stage: Stage): Promise<void> {
  const { make, rest, mark } = stage;
  const network = await make('network', { name: 'moved' });
  await make('subnet', { network_id: network.id, ip_version: 4, cidr: '172.16.22.0/24' });
  const host = await serving(stage, network.id);
  const other = host === stage.controller ? stage.compute : stage.controller;
  const opts = `/var/lib/neutron/dhcp/${network.id}/opts`;
  await contains(host, opts, /option:router,172\.16\.22\.1/);
  await remembered(stage, 0, network.id);

  const [from, to] = [await agentOn(stage, host, 'DHCP agent'), await agentOn(stage, other, 'DHCP agent')];
  let since = mark();
  await rest.delete(`agents/${from.id}/dhcp-networks/${network.id}`);
  await hears(stage, since, 'network_delete_end', ({ server }) => server === host.name);
  await gone(host, network.id);
  since = mark();
  await rest.post(`agents/${to.id}/dhcp-networks`, { network_id: network.id });
  await hears(stage, since, 'network_create_end', ({ server }) => server === other.name);
  await contains(other, opts, /option:router,172\.16\.22\.1/);
  await remembered(stage, since, network.id);
  since = mark();
  await rest.delete(`networks/${network.id}`);
  await hears(stage, since, 'network_delete_end', ({ fanout }) => fanout);
  await gone(other, network.id);
}
