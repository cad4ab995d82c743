import { versionIsCompatible } from '../../messaging/dispatch.ts';
import { endpoint } from '../../rpc/interface.ts';
import {
  type Ethertype,
  type FilteredPort,
  type FirewallRule,
  type MemberAddress,
  type SecurityGroupInfo,
  securityGroups,
} from '../../rpc/securitygroups.ts';
import type { ServerContext } from '../context.ts';
import type { Db } from '../db/database.ts';
import { together } from '../db/together.ts';
import type { Lookup } from '../services/neighbours.ts';
import type { Item, Tx } from '../services/service.ts';
import { prefixOf } from './devices.ts';
import { sharedReads } from './sharedReads.ts';

/** What L2 agents ask to build filters: ports by their device names, rules of their groups, members of remote groups. */
export function securityGroupsEndpoint({ db }: ServerContext, ports: Lookup) {
  // After a change of a big group hundreds of agents ask for its thousands of members at once.
  const remote: Remote = {
    groups: sharedReads((ids) => membersOf(db.kysely, ids)),
    addressGroups: sharedReads((ids) => addressGroups(db.kysely, ids)),
  };
  const describeAll = async (devices: readonly string[]) =>
    withMembers(await db.transaction((tx) => describe(tx, ports, devices)), remote);
  return endpoint(securityGroups, {
    security_group_info_for_devices: async (_context, { devices, call_version = '1.2' }) => {
      const info = await describeAll(devices);
      return versionIsCompatible('1.2', call_version) ? withoutMacs(info) : info;
    },
    security_group_rules_for_devices: async (_context, { devices }) => expand(await describeAll(devices)),
  });
}

/** Ports by device name: a tap's name holds the first 11 characters of the port's id. Neutron's own ports have none. */
async function filteredPorts(
  tx: Tx,
  ports: Lookup,
  devices: readonly string[],
): Promise<Map<string, FilteredPort>> {
  const byPrefix = new Map(devices.map((device) => [prefixOf(device).slice(0, 11), device]));
  if (byPrefix.size === 0) return new Map();
  const rows = await tx
    .selectFrom('ports')
    .select('id')
    .where((eb) => eb.or([...byPrefix.keys()].map((prefix) => eb('id', 'like', `${prefix}%`))))
    .where('device_owner', 'not like', 'network:%')
    .execute();
  if (rows.length === 0) return new Map();
  const found = await ports.listIn(tx, { id: rows.map(({ id }) => id) });
  return new Map(
    found.map((port) => [port.id as string, filtered(port, byPrefix.get((port.id as string).slice(0, 11))!)]),
  );
}

function filtered(port: Item, device: string): FilteredPort {
  const addresses = (port.fixed_ips as { ip_address: string }[]).map(({ ip_address }) => ip_address);
  return {
    ...(port as unknown as Omit<FilteredPort, 'fixed_ips'>),
    device,
    fixed_ips: addresses,
    security_group_source_groups: [],
    security_group_remote_address_groups: [],
    security_group_rules: providerRules(addresses),
  };
}

const DHCP = {
  4: { ethertype: 'IPv4', server: 67, client: 68, prefix: 32, always: '255.255.255.255/32' },
  6: { ethertype: 'IPv6', server: 547, client: 546, prefix: 128, always: 'fe80::/64' },
} as const;
const ROUTER_ADVERTISEMENT = 134;

/** What every filtered port may receive: answers of DHCP servers to its own addresses, and router advertisements. */
function providerRules(addresses: readonly string[]): FirewallRule[] {
  const rules = ([4, 6] as const).flatMap((family) => {
    const { ethertype, server, client, prefix, always } = DHCP[family];
    const own = addresses.filter((address) => address.includes(':') === (family === 6));
    return [...own.map((address) => `${address}/${prefix}`), always].map(
      (dest_ip_prefix): FirewallRule => ({
        direction: 'ingress',
        ethertype,
        protocol: 'udp',
        port_range_min: client,
        port_range_max: client,
        source_port_range_min: server,
        source_port_range_max: server,
        dest_ip_prefix,
      }),
    );
  });
  if (!addresses.some((address) => address.includes(':'))) return rules;
  return [
    {
      direction: 'ingress',
      ethertype: 'IPv6',
      protocol: 'ipv6-icmp',
      source_port_range_min: ROUTER_ADVERTISEMENT,
    },
    ...rules,
  ];
}

type Described = Omit<SecurityGroupInfo, 'sg_member_ips'>;

async function describe(tx: Tx, ports: Lookup, devices: readonly string[]): Promise<Described> {
  const found = await filteredPorts(tx, ports, devices);
  const groupIds = [...new Set([...found.values()].flatMap((port) => port.security_groups))];
  const security_groups = await rulesOf(tx, groupIds);
  for (const port of found.values()) {
    const rules = port.security_groups.flatMap((group) => security_groups[group] ?? []);
    port.security_group_source_groups = unique(rules.map((rule) => rule.remote_group_id));
    port.security_group_remote_address_groups = unique(rules.map((rule) => rule.remote_address_group_id));
  }
  return { devices: Object.fromEntries(found), security_groups };
}

/** Reads members of remote groups. */
interface Remote {
  groups(ids: readonly string[]): Promise<Members>;
  addressGroups(ids: readonly string[]): Promise<Members>;
}

async function withMembers(info: Described, remote: Remote): Promise<SecurityGroupInfo> {
  const rules = Object.values(info.security_groups).flat();
  const groups = unique(rules.map((rule) => rule.remote_group_id));
  const ofAddresses = unique(rules.map((rule) => rule.remote_address_group_id));
  const [members, addresses] = [await remote.groups(groups), await remote.addressGroups(ofAddresses)];
  const sg_member_ips = Object.fromEntries([
    ...groups.map((id) => [id, referredTo(id, members, rules)] as const),
    ...ofAddresses.map((id) => [id, referredTo(id, addresses, rules)] as const),
  ]);
  return { ...info, sg_member_ips };
}

const remoteOf = (rule: FirewallRule) => rule.remote_group_id ?? rule.remote_address_group_id;

/** Members of a group, of the families alone that rules refer to. */
function referredTo(
  group: string,
  members: Members,
  rules: readonly FirewallRule[],
): Partial<Record<Ethertype, MemberAddress[]>> {
  const families = rules.filter((rule) => remoteOf(rule) === group).map(({ ethertype }) => ethertype);
  return Object.fromEntries(families.map((family) => [family, members.get(group)?.[family] ?? []]));
}

const unique = (values: readonly (string | undefined)[]): string[] => [
  ...new Set(values.filter((value) => value !== undefined)),
];

async function rulesOf(tx: Tx, groupIds: readonly string[]): Promise<Record<string, FirewallRule[]>> {
  const groups: Record<string, FirewallRule[]> = Object.fromEntries(groupIds.map((id) => [id, []]));
  if (groupIds.length === 0) return groups;
  const rows = await tx
    .selectFrom('securitygrouprules')
    .innerJoin('securitygroups', 'securitygroups.id', 'securitygrouprules.security_group_id')
    .selectAll('securitygrouprules')
    .select('securitygroups.stateful')
    .where('securitygrouprules.security_group_id', 'in', groupIds)
    .orderBy('securitygrouprules.id')
    .execute();
  for (const row of rows) {
    const direction = row.direction as FirewallRule['direction'];
    const prefix = direction === 'ingress' ? 'source_ip_prefix' : 'dest_ip_prefix';
    const rule: FirewallRule = {
      direction,
      ethertype: row.ethertype as Ethertype,
      stateful: row.stateful !== 0,
      ...given('protocol', row.protocol),
      ...given('port_range_min', row.port_range_min),
      ...given('port_range_max', row.port_range_max),
      ...given(prefix, row.remote_ip_prefix),
      ...given('remote_group_id', row.remote_group_id),
      ...given('remote_address_group_id', row.remote_address_group_id),
    };
    groups[row.security_group_id]!.push(rule);
  }
  return groups;
}

const given = <Key extends string, Value>(key: Key, value: Value | null): { [Name in Key]?: Value } =>
  value === null ? {} : ({ [key]: value } as { [Name in Key]: Value });

const ethertypeOf = (address: string): Ethertype => (address.includes(':') ? 'IPv6' : 'IPv4');

type Members = ReadonlyMap<string, Record<Ethertype, MemberAddress[]>>;

function collect(rows: readonly { group: string; member: MemberAddress }[]): Members {
  const members = new Map<string, Record<Ethertype, MemberAddress[]>>();
  for (const { group, member } of rows) {
    const known = members.get(group) ?? { IPv4: [], IPv6: [] };
    members.set(group, known);
    known[ethertypeOf(member[0])].push(member);
  }
  return members;
}

/** Addresses of the ports in remote groups, allowed address pairs with their MACs included. */
async function membersOf(db: Db['kysely'], groupIds: readonly string[]): Promise<Members> {
  const ofPorts = db
    .selectFrom('securitygroupportbindings as binding')
    .innerJoin('ipallocations', 'ipallocations.port_id', 'binding.port_id')
    .select(['binding.security_group_id as group', 'ipallocations.ip_address as ip'])
    .where('binding.security_group_id', 'in', groupIds)
    .orderBy('ipallocations.ip_address');
  const ofPairs = db
    .selectFrom('securitygroupportbindings as binding')
    .innerJoin('allowedaddresspairs as pair', 'pair.port_id', 'binding.port_id')
    .select(['binding.security_group_id as group', 'pair.ip_address as ip', 'pair.mac_address as mac'])
    .where('binding.security_group_id', 'in', groupIds)
    .orderBy('pair.ip_address');
  const [fixed, pairs] = await together(db, ofPorts, ofPairs);
  return collect([
    ...fixed.map(({ group, ip }) => ({ group, member: [ip, null] as MemberAddress })),
    ...pairs.map(({ group, ip, mac }) => ({ group, member: [ip, mac] as MemberAddress })),
  ]);
}

async function addressGroups(db: Db['kysely'], groupIds: readonly string[]): Promise<Members> {
  const rows = await db
    .selectFrom('address_associations')
    .select(['address_group_id as group', 'address'])
    .where('address_group_id', 'in', groupIds)
    .orderBy('address')
    .execute();
  return collect(rows.map(({ group, address }) => ({ group, member: [address, null] as MemberAddress })));
}

/** For agents that asked with 1.2: members are bare addresses. */
const withoutMacs = (info: SecurityGroupInfo): SecurityGroupInfo => ({
  ...info,
  sg_member_ips: Object.fromEntries(
    Object.entries(info.sg_member_ips).map(([group, families]) => [
      group,
      Object.fromEntries(
        Object.entries(families).map(([family, members]) => [family, members.map(([address]) => address)]),
      ),
    ]),
  ) as unknown as SecurityGroupInfo['sg_member_ips'],
});

/** For older agents: every rule of a port in the port itself, a remote group's members one rule each. */
function expand(info: SecurityGroupInfo): Record<string, FilteredPort> {
  const rulesOfGroup = (group: string): FirewallRule[] =>
    (info.security_groups[group] ?? []).map(({ stateful, ...rule }) => ({
      security_group_id: group,
      ...rule,
    }));
  const expanded = (port: FilteredPort, rule: FirewallRule): FirewallRule[] => {
    const group = remoteOf(rule);
    if (group === undefined) return [rule];
    const members = info.sg_member_ips[group]?.[rule.ethertype] ?? [];
    const prefix = rule.direction === 'ingress' ? 'source_ip_prefix' : 'dest_ip_prefix';
    return members
      .filter(([address]) => !port.fixed_ips.includes(address))
      .map(([address]) => ({
        ...rule,
        [prefix]: address.includes('/') ? address : `${address}/${rule.ethertype === 'IPv4' ? 32 : 128}`,
      }));
  };
  return Object.fromEntries(
    Object.values(info.devices).map((port) => {
      const own = port.security_groups.flatMap(rulesOfGroup).flatMap((rule) => expanded(port, rule));
      return [port.id, { ...port, security_group_rules: [...own, ...port.security_group_rules] }];
    }),
  );
}
