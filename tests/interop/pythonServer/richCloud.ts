import { createPublic } from '../../../src/lab/cloud.ts';
import { addGuests, type Guest, insideGuest } from '../../../src/lab/guests.ts';
import { runIn } from '../../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../../src/lab/lab.ts';
import { waitFor } from '../../../src/lab/waitFor.ts';
import { type Rest, restOf } from './rest.ts';

interface Named {
  readonly id: string;
}

/** State of every kind that agents keep in the kernel, beyond the guide's cloud. */
export interface RichCloud {
  readonly rest: Rest;
  readonly guests: Readonly<Record<string, Guest>>;
  readonly ids: Readonly<Record<string, string>>;
  /** Address of the floating IP of `web`. */
  readonly floatingAddress: string;
  /** Address and port outside that lead to port 22 of `local`. */
  readonly forwarded: { readonly address: string; readonly port: number };
}

const MEMBERS = 12;
const PAIRS = [
  ...['--allowed-address-pair', 'ip_address=172.16.2.200'],
  ...['--allowed-address-pair', 'ip_address=10.55.0.0/16,mac_address=fa:16:3e:11:22:33'],
];

export async function buildRichCloud(lab: Lab): Promise<RichCloud> {
  const rest = await restOf(lab);
  const ids: Record<string, string> = {};
  const make = async (kind: string, body: object, name = kind, path = `${kind}s`.replaceAll('_', '-')) => {
    const made = await rest.post<Record<string, Named>>(path, { [kind]: body });
    ids[name] = made[kind]!.id;
  };
  const subnet = (name: string, of: string, cidr: string, more: object = {}) =>
    make(
      'subnet',
      { name, network_id: ids[of], cidr, ip_version: cidr.includes(':') ? 6 : 4, ...more },
      name,
    );
  const plug = (router: string, part: string) =>
    rest.put(`routers/${ids[router]}/add_router_interface`, { subnet_id: ids[part] });

  const outward = () => ({ external_gateway_info: { network_id: ids.public } });
  const dhcpv6 = { ipv6_ra_mode: 'dhcpv6-stateful', ipv6_address_mode: 'dhcpv6-stateful' };
  const slaac = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' };
  const networks: Readonly<Record<string, () => Promise<unknown>>> = {
    private: async () => {
      await subnet('private4', 'private', '172.16.1.0/24');
      await subnet('private6', 'private', 'fd00:16:1::/64', slaac);
    },
    second: () =>
      subnet('second4', 'second', '172.16.2.0/24', {
        host_routes: [{ destination: '10.98.0.0/16', nexthop: '172.16.2.9' }],
        dns_nameservers: ['192.168.85.253'],
      }),
    stateful: async () => {
      await subnet('stateful4', 'stateful', '172.16.3.0/24');
      await subnet('stateful6', 'stateful', 'fd00:16:3::/64', dhcpv6);
    },
    isolated: () => subnet('isolated4', 'isolated', '172.16.4.0/24', { gateway_ip: null }),
    carried: () => subnet('carried4', 'carried', '172.16.5.0/24'),
    // Python's server waits long for ports that nobody wires where there is DHCP.
    crowd: () => subnet('crowd4', 'crowd', '172.16.6.0/24', { enable_dhcp: false }),
  };

  async function makeRouters(): Promise<void> {
    await createPublic(lab);
    const [outside] = (await rest.get<{ networks: Named[] }>('networks?name=public')).networks;
    ids.public = outside!.id;
    await Promise.all([
      make('router', { name: 'router', ...outward() }, 'router'),
      make('router', { name: 'carrier', ha: true, ...outward() }, 'carrier'),
    ]);
  }

  async function makeGroups(): Promise<void> {
    await Promise.all(['open', 'members'].map((name) => make('security_group', { name }, name)));
    const rules = [
      { protocol: 'icmp' },
      { protocol: 'icmpv6', ethertype: 'IPv6' },
      { protocol: 'tcp', port_range_min: 22, port_range_max: 7100 },
      { remote_group_id: ids.members, protocol: 'udp' },
      { remote_group_id: ids.open },
    ].map((rule) => ({ security_group_id: ids.open, direction: 'ingress', ...rule }));
    await rest.post('security-group-rules', { security_group_rules: rules });
  }

  async function makeMembers(): Promise<void> {
    const ports = Array.from({ length: MEMBERS }, (_, at) => ({
      network_id: ids.crowd,
      name: `member${at}`,
      security_groups: [ids.members],
      fixed_ips: [{ subnet_id: ids.crowd4, ip_address: `172.16.6.${101 + at}` }],
    }));
    await rest.post('ports', { ports });
  }

  async function makePolicy(): Promise<void> {
    await make('policy', { name: 'limited' }, 'limited', 'qos/policies');
    const rules = (kind: string, rule: object) =>
      rest.post(`qos/policies/${ids.limited}/${kind}_rules`, { [`${kind}_rule`]: rule });
    // Egress needs a policing kernel, and Python's agent never wires a port whose limit it cannot set.
    await rules('bandwidth_limit', { max_kbps: 30_000, max_burst_kbps: 3000, direction: 'ingress' });
    await rules('dscp_marking', { dscp_mark: 26 });
  }

  async function makeNetwork(name: string): Promise<void> {
    await make('network', { name }, name);
    await networks[name]!();
  }

  await Promise.all([makeRouters(), makeGroups(), makePolicy()]);
  for (const name of Object.keys(networks)) await makeNetwork(name);
  for (const part of ['private4', 'private6', 'second4', 'stateful4', 'stateful6'])
    await plug('router', part);
  await plug('carrier', 'carried4');
  await rest.put(`routers/${ids.router}`, {
    router: { routes: [{ destination: '10.99.0.0/24', nexthop: '172.16.1.99' }] },
  });

  const open = { securityGroups: ['open'] };
  const unfiltered = ['--no-security-groups', '--port-security-enabled', 'False'];
  const wanted = {
    web: { host: 'compute', network: 'private', ...open },
    local: { host: 'controller', network: 'private', ...open },
    limited: { host: 'compute', network: 'second', ...open, options: ['--qos-policy', 'limited'] },
    pair: { host: 'compute', network: 'second', ...open, options: PAIRS },
    free: { host: 'compute', network: 'stateful', options: unfiltered },
    six: { host: 'controller', network: 'stateful', ...open },
    alone: { host: 'compute', network: 'isolated', ...open },
    flat1: { host: 'controller', network: 'public', ...open },
    flat2: { host: 'compute', network: 'public', ...open },
    ha: { host: 'compute', network: 'carried', ...open },
  };
  const [list] = await Promise.all([
    addGuests(
      lab,
      Object.entries(wanted).map(([name, one]) => ({ name, ...one })),
    ),
    makeMembers(),
  ]);
  const guests = Object.fromEntries(list.map((one) => [one.name, one]));

  const floating = (more: object, name: string) =>
    rest
      .post<{ floatingip: Named & { floating_ip_address: string } }>('floatingips', {
        floatingip: { floating_network_id: ids.public, ...more },
      })
      .then(({ floatingip }) => {
        ids[name] = floatingip.id;
        return floatingip.floating_ip_address;
      });
  /** Waits until a floating IP is ACTIVE and its router has the address. */
  const applied = (name: string, address: string) =>
    waitFor(
      `the floating IP ${address} to be applied`,
      async () => {
        const { floatingip } = await rest.get<{ floatingip: { status: string } }>(`floatingips/${ids[name]}`);
        if (floatingip.status !== 'ACTIVE') throw new Error(`it is ${floatingip.status}`);
        const everywhere = ['ip', '-all', 'netns', 'exec', 'ip', '-4', '-o', 'addr'];
        const { stdout } = await runIn(hostNamed(lab, 'controller'), everywhere);
        if (!stdout.includes(` ${address}/32 `)) throw new Error('no router has it');
      },
      90,
    );
  const floatingAddress = await floating({ port_id: guests.web!.portId }, 'floating');
  // One after the other: Python's L3 agent that is told of both at once may leave an address out.
  await applied('floating', floatingAddress);
  const address = await floating({}, 'forwarding');
  await rest.post(`floatingips/${ids.forwarding}/port_forwardings`, {
    port_forwarding: {
      protocol: 'tcp',
      external_port: 2222,
      internal_port: 22,
      internal_port_id: guests.local!.portId,
      internal_ip_address: guests.local!.address,
    },
  });
  await applied('forwarding', address);
  return { rest, guests, ids, floatingAddress, forwarded: { address, port: 2222 } };
}

/** Runs a command in a guest of the cloud. */
export const inGuest = (guest: Guest, ...command: string[]) =>
  runIn(guest.host, insideGuest(guest.name, command));
