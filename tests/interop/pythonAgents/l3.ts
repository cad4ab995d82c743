import assert from 'node:assert/strict';
import { addGuest, type Guest, insideGuest } from '../../../src/lab/guests.ts';
import { type RunningHost, runIn } from '../../../src/lab/host.ts';
import { agentOn } from './dhcp.ts';
import { becomes, eventually, hears, hides, type Item, reads, type Stage, shows } from './stage.ts';

interface Agent extends Item {
  readonly host: string;
  readonly ha_state?: string;
}

const agentsOf = async ({ rest }: Stage, router: string) =>
  (await rest.get<{ agents: Agent[] }>(`routers/${router}/l3-agents`)).agents;

const hosting = (stage: Stage, router: string): Promise<RunningHost> =>
  eventually('an L3 agent of the router', async () => {
    const agents = await agentsOf(stage, router);
    assert.equal(agents.length, 1);
    return stage.lab.hosts.get(agents[0]!.host)!;
  });

const inRouter = (router: string, ...words: string[]) => [
  'ip',
  'netns',
  'exec',
  `qrouter-${router}`,
  ...words,
];

const noNamespace = (host: RunningHost, router: string) =>
  eventually(`no namespace of ${router} on ${host.name}`, async () =>
    assert.ok(!(await reads(host, 'ip', 'netns', 'list')).includes(`qrouter-${router}`)),
  );

const answers = (from: RunningHost, address: string) =>
  eventually(`an answer of ${address}`, () => runIn(from, ['ping', '-c', '1', '-W', '1', address]));

const metadata = (guest: Guest) =>
  eventually(`metadata for ${guest.name}`, async () => {
    const url = 'http://169.254.169.254/latest/meta-data/instance-id';
    const { stdout } = await runIn(guest.host, insideGuest(guest.name, ['curl', '-sf', '-m', '5', url]));
    assert.equal(stdout, guest.instanceId);
  });

export const createOutside = async ({ make }: Stage): Promise<Item> => {
  const network = await make('network', {
    name: 'public',
    'router:external': true,
    shared: true,
    'provider:network_type': 'flat',
    'provider:physical_network': 'public',
  });
  await make('subnet', {
    network_id: network.id,
    ip_version: 4,
    cidr: '192.168.81.0/24',
    gateway_ip: '192.168.81.254',
    allocation_pools: [{ start: '192.168.81.100', end: '192.168.81.200' }],
    enable_dhcp: false,
  });
  return network;
};

/** Routers: interfaces, gateway, routes, floating IPs, metadata, moves. */
export async function l3(stage: Stage): Promise<void> {
  const { make, change, rest, mark, lab } = stage;
  const outside = lab.hosts.get('outside')!;
  const external = await createOutside(stage);
  const network = await make('network', { name: 'routed' });
  const subnet = await make('subnet', { network_id: network.id, ip_version: 4, cidr: '172.16.40.0/24' });
  const isolated = await make('network', { name: 'isolated' });
  await make('subnet', { network_id: isolated.id, ip_version: 4, cidr: '172.16.50.0/24', gateway_ip: null });
  const open = await make('security_group', { name: 'open' });
  await make('security_group_rule', { security_group_id: open.id, direction: 'ingress' });

  let since = mark();
  const router = await make('router', { name: 'router' });
  await rest.put(`routers/${router.id}/add_router_interface`, { subnet_id: subnet.id });
  const host = await hosting(stage, router.id);
  const other = host === stage.controller ? stage.compute : stage.controller;
  await hears(stage, since, 'routers_updated');
  await hears(stage, since, 'sync_routers');
  await shows(host, inRouter(router.id, 'ip', 'address'), /inet 172\.16\.40\.1\/24/);
  await change('router', router.id, { external_gateway_info: { network_id: external.id } });
  await shows(host, inRouter(router.id, 'ip', 'route'), /default via 192\.168\.81\.254/);

  const securityGroups = [open.id];
  const guest = await addGuest(lab, { name: 'routed', host: 'compute', network: network.id, securityGroups });
  const alone = await addGuest(lab, {
    name: 'alone',
    host: 'controller',
    network: isolated.id,
    securityGroups,
  });
  since = mark();
  await metadata(guest);
  await hears(stage, since, 'get_ports');
  await metadata(alone);

  const routes = [{ destination: '10.99.0.0/24', nexthop: '172.16.40.99' }];
  await change('router', router.id, { routes });
  await shows(host, inRouter(router.id, 'ip', 'route'), /10\.99\.0\.0\/24 via 172\.16\.40\.99/);
  await change('router', router.id, { routes: [] });
  await hides(host, inRouter(router.id, 'ip', 'route'), /10\.99\.0\.0\/24/);

  since = mark();
  const floating = await make<Item & { floating_ip_address: string }>('floatingip', {
    floating_network_id: external.id,
    port_id: guest.portId,
  });
  await hears(stage, since, 'update_floatingip_statuses');
  await becomes(stage, `floatingips/${floating.id}`, 'status', 'ACTIVE');
  await answers(outside, floating.floating_ip_address);
  await change('floatingip', floating.id, { port_id: null });
  await becomes(stage, `floatingips/${floating.id}`, 'status', 'DOWN');
  await hides(host, inRouter(router.id, 'ip', 'address'), new RegExp(floating.floating_ip_address));
  await change('floatingip', floating.id, { port_id: guest.portId });
  await becomes(stage, `floatingips/${floating.id}`, 'status', 'ACTIVE');

  // By hand to the other agent.
  const [from, to] = [await agentOn(stage, host, 'L3 agent'), await agentOn(stage, other, 'L3 agent')];
  since = mark();
  await rest.delete(`agents/${from.id}/l3-routers/${router.id}`);
  await hears(stage, since, 'router_removed_from_agent', ({ server }) => server === host.name);
  await noNamespace(host, router.id);
  await rest.post(`agents/${to.id}/l3-routers`, { router_id: router.id });
  await hears(stage, since, 'router_added_to_agent', ({ server }) => server === other.name);
  await shows(other, inRouter(router.id, 'ip', 'route'), /default via 192\.168\.81\.254/);
  await answers(outside, floating.floating_ip_address);
  await metadata(guest);

  await change('router', router.id, { admin_state_up: false });
  await noNamespace(other, router.id);
  await change('router', router.id, { admin_state_up: true });
  await shows(other, inRouter(router.id, 'ip', 'route'), /default via 192\.168\.81\.254/);
  await rest.delete(`floatingips/${floating.id}`);
  await change('router', router.id, { external_gateway_info: null });
  await hides(other, inRouter(router.id, 'ip', 'route'), /default via 192\.168\.81\.254/);
  await rest.put(`routers/${router.id}/remove_router_interface`, { subnet_id: subnet.id });
  since = mark();
  await rest.delete(`routers/${router.id}`);
  await hears(stage, since, 'router_deleted', ({ fanout }) => fanout);
  await noNamespace(other, router.id);
}
