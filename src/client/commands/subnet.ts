import { type Argument, flag, option, positional, repeated, withUnderscores } from '../argparse/argument.ts';
import { integer, keyValues, lowercase } from '../argparse/types.ts';
import type { Call, Commands } from '../command.ts';
import { problemsOf } from '../diagnosis/remark.ts';
import { appliedAs } from '../diagnosis/wait.ts';
import { ClientError } from '../errors.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import { type Dict, str } from '../python/value.ts';
import { network, segment, subnet, subnetpool } from '../resources.ts';
import { isCidr } from './cidr.ts';
import { jsonLines } from './shared.ts';

const allocationPool = repeated('--allocation-pool', {
  dest: 'allocation_pools',
  metavar: 'start=IP_ADDR,end=IP_ADDR',
  type: keyValues(['start', 'end']),
  help: 'First and last address to hand out to ports; may be repeated.',
});

/** Old scripts say --enable-dhcp=True and --enable-dhcp=False, which are names of their own here. */
const dhcpArguments: readonly Argument[] = [
  flag('--disable-dhcp', { help: 'No DHCP on this subnet.' }),
  flag('--enable-dhcp', { help: 'DHCP on this subnet.' }),
  flag('--enable-dhcp=True', { dest: 'enable_dhcp', hidden: true }),
  flag('--enable-dhcp=False', { dest: 'disable_dhcp', hidden: true }),
];

const updatable: readonly Argument[] = [
  option('--name', { help: 'Name of this subnet.' }),
  option('--description', { help: 'Description of this subnet.' }),
  option('--gateway', { metavar: 'GATEWAY_IP', exclusive: 'gateway', help: 'Address of the router.' }),
  flag('--no-gateway', { exclusive: 'gateway', help: 'There is no router on this subnet.' }),
  ...withUnderscores(allocationPool),
  repeated('--host-route', {
    dest: 'host_routes',
    metavar: 'destination=CIDR,nexthop=IP_ADDR',
    type: keyValues(['destination', 'nexthop']),
    help: 'Route that ports learn by DHCP; may be repeated.',
  }),
  repeated('--dns-nameserver', {
    dest: 'dns_nameservers',
    metavar: 'DNS_NAMESERVER',
    help: 'DNS server that ports learn by DHCP; may be repeated.',
  }),
  ...dhcpArguments,
];

const updatableBody = ({ args }: Call): Dict => {
  if (args.flag('disable_dhcp') && args.flag('enable_dhcp'))
    throw new ClientError('You cannot enable and disable DHCP at the same time.');
  return {
    ...args.pick('name', 'allocation_pools', 'host_routes', 'dns_nameservers', 'description'),
    ...(args.flag('no_gateway') ? { gateway_ip: null } : {}),
    ...(args.text('gateway') ? { gateway_ip: args.text('gateway')! } : {}),
    ...(args.flag('disable_dhcp') ? { enable_dhcp: false } : {}),
    ...(args.flag('enable_dhcp') ? { enable_dhcp: true } : {}),
  };
};

const ipv6Mode = (name: string, what: string): Argument =>
  option(name, {
    type: lowercase,
    choices: ['dhcpv6-stateful', 'dhcpv6-stateless', 'slaac'],
    help: `How IPv6 ${what}.`,
  });

const ipv6Body = ({ args }: Call, ipVersion: number): Dict => {
  for (const name of ['ipv6_ra_mode', 'ipv6_address_mode'])
    if (ipVersion === 4 && args.text(name))
      throw new ClientError(`--${name.replaceAll('_', '-')} is invalid when --ip-version is 4`);
  return args.given('ipv6_ra_mode', 'ipv6_address_mode');
};

/** The pool to take the subnet from, and the IP version that it implies. */
const poolBody = async ({ args, api }: Call): Promise<{ body: Dict; ipVersion: number }> => {
  const given = args.text('subnetpool');
  const ipVersion = args.number('ip_version') ?? 4;
  if (given === undefined) return { body: {}, ipVersion };
  if (given === 'None') return { body: { subnetpool_id: null }, ipVersion };
  const pool = await api.find(subnetpool, given);
  return { body: { subnetpool_id: pool.id! }, ipVersion: Number(pool.ip_version) };
};

const createBody = async (call: Call): Promise<Dict> => {
  const { args, api, log } = call;
  const networkId = await api.findId(network, args.text('network_id') ?? '');
  const segmentName = args.text('segment');
  const segmentBody: Dict = segmentName ? { segment_id: await api.findId(segment, segmentName) } : {};
  const { body: fromPool, ipVersion } = await poolBody(call);
  const single = ipVersion === 4 ? '/32' : '/128';
  if (args.text('cidr')?.endsWith(single))
    log.warning(
      'neutronclient.neutron.v2_0.subnet.CreateSubnet',
      `An IPv${ipVersion} subnet with a ${single} CIDR will have only one usable IP address so the device attached to it will not have any IP connectivity.`,
    );
  return {
    network_id: networkId,
    ...args.given('prefixlen'),
    ...(args.flag('use_default_subnetpool') ? { use_default_subnetpool: true } : {}),
    ...segmentBody,
    ...fromPool,
    ip_version: ipVersion,
    ...args.given('cidr'),
    ...updatableBody(call),
    ...ipv6Body(call, ipVersion),
    ...args.given('tenant_id'),
  };
};

const createSubnet = create({
  resource: subnet,
  about: 'Create a subnet for a given tenant.',
  remark: problemsOf(subnet),
  applied: appliedAs(subnet),
  arguments: [
    ...updatable,
    ...withUnderscores(
      option('--ip-version', {
        type: integer,
        default: 4,
        choices: [4, 6],
        help: 'IP version, 4 unless told otherwise; a subnet pool decides by itself.',
      }),
    ),
    positional('network_id', 'NETWORK', { help: 'ID or name of the network this subnet belongs to.' }),
    positional('cidr', 'CIDR', { nargs: '?', help: 'Addresses of the subnet.' }),
    ipv6Mode('--ipv6-ra-mode', 'routers announce themselves'),
    ipv6Mode('--ipv6-address-mode', 'ports get their addresses'),
    option('--subnetpool', {
      metavar: 'SUBNETPOOL',
      help: 'ID or name of the pool to take the addresses from.',
    }),
    flag('--use-default-subnetpool', { help: 'Take the addresses from the default pool.' }),
    option('--prefixlen', {
      metavar: 'PREFIX_LENGTH',
      help: 'How long a prefix to take from the pool.',
    }),
    option('--segment', { metavar: 'SEGMENT', help: 'ID of the network segment this subnet belongs to.' }),
  ],
  body: createBody,
});

export const commands: Commands = {
  'subnet-list': list({
    resource: subnet,
    about: 'List subnets that belong to a given tenant.',
    columns: ['id', 'name', 'cidr', 'allocation_pools'],
    cells: Object.fromEntries(
      ['allocation_pools', 'dns_nameservers', 'host_routes'].map((name) => [name, jsonLines(name)]),
    ),
  }),
  'subnet-show': show({ resource: subnet, about: 'Show a subnet.', remark: problemsOf(subnet) }),
  'subnet-create': {
    ...createSubnet,
    /** The parser cannot give CIDR a word that options part from NETWORK. */
    claim(args, unknown) {
      const cidr = args.text('cidr') === undefined ? unknown.find(isCidr) : undefined;
      if (cidr === undefined) return unknown;
      args.set('cidr', cidr);
      return unknown.toSpliced(unknown.indexOf(str(cidr)), 1);
    },
  },
  'subnet-update': update({
    resource: subnet,
    about: 'Change a subnet.',
    applied: appliedAs(subnet),
    arguments: updatable,
    body: updatableBody,
  }),
  'subnet-delete': remove({
    resource: subnet,
    about: 'Delete subnets.',
    applied: appliedAs(network, 'network_id'),
  }),
};
