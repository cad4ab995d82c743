import { setTimeout as sleep } from 'node:timers/promises';
import { addGuest, type Guest } from '../../../src/lab/guests.ts';
import { type RunningHost, runIn } from '../../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../../src/lab/lab.ts';
import { waitFor } from '../../../src/lab/waitFor.ts';
import { ipsetName } from '../../../src/linux/ipset.ts';
import { tapName } from '../../../src/net/names.ts';
import { heard } from '../pythonAgents/wire.ts';
import type { Rest } from './rest.ts';
import { inGuest, type RichCloud } from './richCloud.ts';

/** What the steps of the test work with. */
export interface Stage {
  readonly lab: Lab;
  readonly cloud: RichCloud;
  readonly rest: Rest;
}

const SECONDS = 60;

/** Waits until what a command prints on a host has, or has no more, what is looked for. */
export const shows = (host: RunningHost, script: string, wanted: RegExp, present = true): Promise<void> =>
  waitFor(
    `${host.name}: ${script} to show ${present ? '' : 'no more '}${wanted}`,
    async () => {
      const { stdout } = await runIn(host, ['sh', '-c', script], { allowed: [0, 1, 2, 255] });
      if (wanted.test(stdout) !== present) throw new Error(stdout.slice(-2000));
    },
    SECONDS,
  );

/** Waits until a guest gets an answer of an address, or none any more. */
export const reaches = (from: Guest, address: string, wanted = true): Promise<void> =>
  waitFor(
    `${from.name} ${wanted ? '' : 'not '}to reach ${address}`,
    async () => {
      const answered = await inGuest(from, 'ping', '-c', '1', '-W', '1', address).then(
        () => true,
        () => false,
      );
      if (answered !== wanted) throw new Error(answered ? 'it still answers' : 'no answer');
    },
    SECONDS,
  );

export const status = (rest: Rest, path: string, wanted: string): Promise<void> =>
  waitFor(
    `${path} to become ${wanted}`,
    async () => {
      const [resource] = Object.values(await rest.get<Record<string, { status: string }>>(path));
      if (resource!.status !== wanted) throw new Error(`it is ${resource!.status}`);
    },
    SECONDS,
  );

const change = ({ rest }: Stage, guest: Guest, port: object) => rest.put(`ports/${guest.portId}`, { port });

/** A port's life on its host: wired, leased, filtered, renamed, taken down and up, deleted. */
export async function portsLife(stage: Stage): Promise<void> {
  const { lab, cloud, rest } = stage;
  const { ids, guests } = cloud;
  const controller = hostNamed(lab, 'controller');
  const compute = hostNamed(lab, 'compute');
  const { security_group: group } = await rest.post<{ security_group: { id: string } }>('security-groups', {
    security_group: { name: 'fresh' },
  });
  const fresh = await addGuest(lab, {
    name: 'fresh',
    host: 'compute',
    network: 'private',
    securityGroups: ['fresh'],
    options: ['--extra-dhcp-opt', 'opt_name=ntp-server,opt_value=192.0.2.7'],
  });
  const chain = (kind: string) =>
    `iptables-save -t filter | grep -e '-A neutron-linuxbri-${kind}${tapName(fresh.portId).slice(3, 13)}'`;

  const rule = (more: object) =>
    rest.post<{ security_group_rule: { id: string } }>('security-group-rules', {
      security_group_rule: { security_group_id: group.id, direction: 'ingress', ...more },
    });
  await reaches(guests.local!, fresh.address, false);
  const { security_group_rule: icmp } = await rule({ protocol: 'icmp' });
  await reaches(guests.local!, fresh.address);
  await rest.delete(`security-group-rules/${icmp.id}`);
  await reaches(guests.local!, fresh.address, false);
  const { security_group_rule: fromOpen } = await rule({ remote_group_id: ids.open, protocol: 'icmp' });
  await reaches(guests.local!, fresh.address);
  const sources = `ipset list ${ipsetName(ids.open!, 'IPv4')}`;
  await shows(compute, sources, new RegExp(guests.local!.address));
  await change(stage, guests.local!, { security_groups: [ids.members] });
  await shows(compute, sources, new RegExp(guests.local!.address), false);
  await reaches(guests.local!, fresh.address, false);
  await change(stage, guests.local!, { security_groups: [ids.open] });
  await reaches(guests.local!, fresh.address);
  await rest.delete(`security-group-rules/${fromOpen.id}`);

  await change(stage, fresh, { allowed_address_pairs: [{ ip_address: '172.16.1.250' }] });
  await shows(compute, chain('s'), /-s 172\.16\.1\.250\/32 /);
  await shows(
    compute,
    'ebtables-save',
    new RegExp(`neutronARP-${tapName(fresh.portId)}.* 172\\.16\\.1\\.250 `),
  );
  await change(stage, fresh, {
    allowed_address_pairs: [],
    security_groups: [],
    port_security_enabled: false,
  });
  await shows(
    compute,
    'iptables-save',
    new RegExp(`physdev-out ${tapName(fresh.portId)} .*port security is disabled`),
  );
  await shows(compute, 'ebtables-save', new RegExp(tapName(fresh.portId)), false);
  await reaches(guests.local!, fresh.address);
  await change(stage, fresh, { port_security_enabled: true, security_groups: [group.id] });
  await reaches(guests.local!, fresh.address, false);

  await change(stage, fresh, { name: 'renamed' });
  await change(stage, fresh, { admin_state_up: false });
  await status(rest, `ports/${fresh.portId}`, 'DOWN');
  await change(stage, fresh, { admin_state_up: true });
  await status(rest, `ports/${fresh.portId}`, 'ACTIVE');
  const { port } = await rest.get<{ port: { mac_address: string } }>(`ports/${fresh.portId}`);
  const tunnelled = new RegExp(`^${port.mac_address} dev vxlan-\\d+ dst `, 'm');
  await shows(controller, 'bridge fdb', tunnelled);
  // Python's server tells the others twice where a port is that came up: of one deleted in between an entry would stay.
  await sleep(2000);

  const hosts = `cat /var/lib/neutron/dhcp/${ids.private}/host`;
  await shows(controller, hosts, new RegExp(fresh.address));
  await rest.delete(`ports/${fresh.portId}`);
  await shows(controller, hosts, new RegExp(fresh.address), false);
  await shows(controller, 'bridge fdb', tunnelled, false);
  await runIn(compute, ['ip', 'link', 'del', tapName(fresh.portId)]);
  await runIn(compute, ['ip', 'netns', 'del', fresh.name]);
  await shows(compute, 'iptables-save; ebtables-save', new RegExp(tapName(fresh.portId).slice(3)), false);
  await rest.delete(`security-groups/${group.id}`);
}

/** Networks on the DHCP agent: made, changed, moved away and back, deleted. */
export async function networksLife({ lab, rest, cloud }: Stage): Promise<void> {
  const controller = hostNamed(lab, 'controller');
  const { network } = await rest.post<{ network: { id: string } }>('networks', {
    network: { name: 'served' },
  });
  const netns = `qdhcp-${network.id}`;
  const make = (cidr: string, more: object = {}) =>
    rest
      .post<{ subnet: { id: string } }>('subnets', {
        subnet: { network_id: network.id, cidr, ip_version: cidr.includes(':') ? 6 : 4, ...more },
      })
      .then(({ subnet }) => subnet.id);
  const first = await make('172.18.0.0/24');
  await shows(controller, `ip -n ${netns} -o addr`, /172\.18\.0\.\d+\/24/);
  const second = await make('172.18.1.0/24');
  await shows(controller, `ip -n ${netns} -o addr`, /172\.18\.1\.\d+\/24/);
  await rest.put(`networks/${network.id}`, { network: { mtu: 1400 } });
  await shows(controller, `ip -n ${netns} link`, /mtu 1400/);
  await rest.put(`subnets/${first}`, { subnet: { dns_nameservers: ['192.0.2.53'] } });
  await shows(controller, `cat /var/lib/neutron/dhcp/${network.id}/opts`, /192\.0\.2\.53/);
  await rest.put(`subnets/${second}`, { subnet: { enable_dhcp: false } });
  await shows(controller, `ip -n ${netns} -o addr`, /172\.18\.1\./, false);

  const { agents } = await rest.get<{ agents: { id: string }[] }>('agents?binary=neutron-dhcp-agent');
  const networks = `agents/${agents[0]!.id}/dhcp-networks`;
  await rest.delete(`${networks}/${network.id}`);
  await shows(controller, 'ip netns', new RegExp(netns), false);
  await rest.post(networks, { network_id: network.id });
  await shows(controller, `ip -n ${netns} -o addr`, /172\.18\.0\.\d+\/24/);

  await rest.put(`agents/${agents[0]!.id}`, { agent: { admin_state_up: false } });
  await rest.put(`agents/${agents[0]!.id}`, { agent: { admin_state_up: true } });
  await shows(controller, `cat /var/lib/neutron/dhcp/${cloud.ids.private}/host`, /fa:16:3e/);
  await rest.delete(`networks/${network.id}`);
  await shows(controller, 'ip netns', new RegExp(netns), false);
}

/** Routers on the L3 agent: made, changed, moved away and back, deleted; floating IPs and forwarded ports. */
export async function routersLife({ lab, rest, cloud }: Stage): Promise<void> {
  const { ids, guests } = cloud;
  const controller = hostNamed(lab, 'controller');
  const { router } = await rest.post<{ router: { id: string } }>('routers', {
    router: { name: 'passing', external_gateway_info: { network_id: ids.public } },
  });
  const netns = `qrouter-${router.id}`;
  const { subnets } = await rest.get<{ subnets: { id: string }[] }>('subnets?name=crowd4');
  await rest.put(`routers/${router.id}/add_router_interface`, { subnet_id: subnets[0]!.id });
  await shows(controller, `ip -n ${netns} -o addr`, /qr-.*172\.16\.6\.1\/24/);
  await rest.put(`routers/${router.id}`, {
    router: { routes: [{ destination: '10.77.0.0/16', nexthop: '172.16.6.9' }] },
  });
  await shows(controller, `ip -n ${netns} route`, /10\.77\.0\.0\/16 via 172\.16\.6\.9/);
  await rest.put(`routers/${router.id}`, { router: { routes: [] } });
  await shows(controller, `ip -n ${netns} route`, /10\.77\.0\.0/, false);

  const { agents } = await rest.get<{ agents: { id: string }[] }>('agents?binary=neutron-l3-agent');
  const routers = `agents/${agents[0]!.id}/l3-routers`;
  await rest.delete(`${routers}/${router.id}`);
  await shows(controller, 'ip netns', new RegExp(netns), false);
  await rest.post(routers, { router_id: router.id });
  await shows(controller, `ip -n ${netns} -o addr`, /qr-.*172\.16\.6\.1\/24/);
  await rest.put(`routers/${router.id}/remove_router_interface`, { subnet_id: subnets[0]!.id });
  await rest.delete(`routers/${router.id}`);
  await shows(controller, 'ip netns', new RegExp(netns), false);

  const floating = { floatingip: { floating_network_id: ids.public, port_id: guests.limited!.portId } };
  const { floatingip } = await rest.post<{ floatingip: { id: string } }>('floatingips', floating);
  await status(rest, `floatingips/${floatingip.id}`, 'ACTIVE');
  await rest.put(`floatingips/${floatingip.id}`, { floatingip: { port_id: null } });
  await status(rest, `floatingips/${floatingip.id}`, 'DOWN');
  await rest.delete(`floatingips/${floatingip.id}`);

  const forwardings = `floatingips/${ids.forwarding}/port_forwardings`;
  const nat = `ip netns exec qrouter-${ids.router} iptables-save -t nat`;
  const inner = { internal_port_id: guests.local!.portId, internal_ip_address: guests.local!.address };
  const { port_forwarding: more } = await rest.post<{ port_forwarding: { id: string } }>(forwardings, {
    port_forwarding: { protocol: 'udp', external_port: 53, internal_port: 5353, ...inner },
  });
  await shows(controller, nat, /-p udp -m udp --dport 53 -j DNAT --to-destination \S+:5353/);
  await rest.put(`${forwardings}/${more.id}`, { port_forwarding: { external_port: 54 } });
  await shows(controller, nat, /--dport 54 -j DNAT --to-destination \S+:5353/);
  await rest.delete(`${forwardings}/${more.id}`);
  await shows(controller, nat, /:5353/, false);
}

/** Guests are told who they are, through a router and where there is none. */
export const metadataServed = async ({ cloud: { guests } }: Stage): Promise<void> => {
  for (const guest of [guests.web!, guests.alone!])
    await waitFor(`metadata of ${guest.name}`, async () => {
      const { stdout } = await inGuest(
        guest,
        ...['curl', '-sS', '--max-time', '5', 'http://169.254.169.254/latest/meta-data/instance-id'],
      );
      if (!stdout.includes(guest.instanceId)) throw new Error(stdout);
    });
};

/** Methods that the wire carried, by topic, since a place in it; what servers say among themselves is left out. */
export const methodsHeard = (lab: Lab, since: number): readonly string[] =>
  [
    ...new Set(
      heard(lab)
        .slice(since)
        .filter(({ topic }) => !topic.startsWith('q-server-'))
        .map(({ topic, method }) => `${topic} ${method}`),
    ),
  ].sort();
