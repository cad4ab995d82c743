import { type Argument, flag, option, positional, repeated, withUnderscores } from '../argparse/argument.ts';
import { keyValues, lowercase } from '../argparse/types.ts';
import type { Call, Commands } from '../command.ts';
import { problemsOf } from '../diagnosis/remark.ts';
import { appliedAs } from '../diagnosis/wait.ts';
import { ClientError } from '../errors.ts';
import { type ListDefinition, list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import { type Dict, parseJson } from '../python/value.ts';
import { network, port, router, securityGroup } from '../resources.ts';
import {
  adminStateDown,
  detachableQosPolicy,
  dnsAssignable,
  dnsAttribute,
  dnsValue,
  jsonLines,
  qosPolicy,
  qosPolicyOf,
  resolveSubnets,
} from './shared.ts';

const vnicTypes = ['direct', 'direct-physical', 'macvtap', 'normal', 'baremetal', 'smart-nic'];

const identity: readonly Argument[] = [
  option('--name', { help: 'Name of this port.' }),
  option('--description', { help: 'Description of this port.' }),
  repeated('--fixed-ip', {
    metavar: 'subnet_id=SUBNET,ip_address=IP_ADDR',
    type: keyValues([], ['subnet_id', 'ip_address']),
    help: 'Subnet (ID or name) and address the port is to have, or one of the two; may be repeated.',
  }),
  repeated('--fixed_ip', { hidden: true }),
  ...withUnderscores(option('--device-id', { help: 'ID of the device the port belongs to.' })),
  ...withUnderscores(option('--device-owner', { help: 'What owns the device.' })),
];

const security: readonly Argument[] = [
  repeated('--security-group', {
    dest: 'security_groups',
    metavar: 'SECURITY_GROUP',
    default: [],
    exclusive: 'security groups',
    help: 'ID or name of a security group of the port; may be repeated.',
  }),
  flag('--no-security-groups', { exclusive: 'security groups', help: 'The port is in no security group.' }),
];

const dhcpOptions = repeated('--extra-dhcp-opt', {
  dest: 'extra_dhcp_opts',
  default: [],
  type: keyValues(['opt_name'], ['opt_value', 'ip_version']),
  help: 'DHCP option for this port: opt_name=<dhcp_option_name>,opt_value=<value>,ip_version={4,6}; may be repeated.',
});

const addressPairs: readonly Argument[] = [
  repeated('--allowed-address-pair', {
    dest: 'allowed_address_pairs',
    metavar: 'ip_address=IP_ADDR|CIDR[,mac_address=MAC_ADDR]',
    default: [],
    type: keyValues(['ip_address'], ['mac_address']),
    exclusive: 'address pairs',
    help: 'Further address the port may send from; may be repeated.',
  }),
  flag('--no-allowed-address-pairs', {
    exclusive: 'address pairs',
    help: 'The port may send from its own addresses only.',
  }),
];

const dhcpOptionsBody = ({ args }: Call): Dict => {
  const options = args.dicts('extra_dhcp_opts').map((given) => {
    if (!('opt_value' in given) && !('ip_version' in given))
      throw new ClientError(
        'Invalid --extra-dhcp-opt option, can only be: opt_name=<dhcp_option_name>,opt_value=<value>,ip_version={4,6}. You can repeat this option.',
      );
    return given.opt_value === 'null' ? { ...given, opt_value: null } : given;
  });
  return options.length > 0 ? { extra_dhcp_opts: options } : {};
};

const securityBody = async ({ args, api }: Call): Promise<Dict> => {
  const names = args.texts('security_groups');
  if (names.length === 0) return args.flag('no_security_groups') ? { security_groups: [] } : {};
  const ids: string[] = [];
  for (const name of names) ids.push(await api.findId(securityGroup, name));
  return { security_groups: ids };
};

const updatableBody = async (call: Call): Promise<Dict> => {
  const ips = await resolveSubnets(call, call.args.dicts('fixed_ip'));
  return {
    ...call.args.pick('device_id', 'device_owner', 'name', 'description'),
    ...(ips.length > 0 ? { fixed_ips: ips } : {}),
  };
};

const restBody = async (call: Call): Promise<Dict> => ({
  ...(await securityBody(call)),
  ...dhcpOptionsBody(call),
  ...(await qosPolicyOf(call)),
  ...(call.args.flag('no_allowed_address_pairs') ? { allowed_address_pairs: [] } : {}),
  ...call.args.given('allowed_address_pairs'),
  ...dnsValue('name', call),
});

const bindingProfile = (text: string | undefined): Dict => {
  if (text === undefined) return {};
  try {
    return { 'binding:profile': parseJson(text) };
  } catch (error) {
    throw new ClientError(`--binding-profile is not JSON: ${(error as Error).message}`);
  }
};

const portList = {
  resource: port,
  columns: ['id', 'name', 'mac_address', 'fixed_ips'],
  cells: { fixed_ips: jsonLines('fixed_ips') },
} satisfies Partial<ListDefinition>;

export const commands: Commands = {
  'port-list': list({ ...portList, about: 'List ports that belong to a given tenant.' }),
  'router-port-list': list({
    ...portList,
    about: 'List the ports of a router.',
    arguments: [positional('id', 'ROUTER', { help: 'ID or name of the router.' })],
    filter: async ({ args, api }) => ({ device_id: await api.findId(router, args.text('id') ?? '') }),
  }),
  'port-show': show({ resource: port, about: 'Show a port.', remark: problemsOf(port) }),
  'port-create': create({
    resource: port,
    about: 'Create a port for a given tenant.',
    remark: problemsOf(port),
    applied: appliedAs(port),
    arguments: [
      ...identity,
      ...withUnderscores(adminStateDown('The port is to be down.')),
      ...withUnderscores(option('--mac-address', { help: 'MAC address of this port.' })),
      ...withUnderscores(
        option('--vnic-type', {
          metavar: `<${vnicTypes.join(' | ')}>`,
          choices: vnicTypes,
          type: lowercase,
          help: 'Kind of virtual NIC.',
        }),
      ),
      ...withUnderscores(
        option('--binding-profile', { help: 'JSON for whatever plugs the port (binding:profile).' }),
      ),
      ...security,
      dhcpOptions,
      qosPolicy,
      ...addressPairs,
      positional('network_id', 'NETWORK', { help: 'ID or name of the network this port belongs to.' }),
      dnsAttribute('name', 'port'),
    ],
    body: async (call) => ({
      admin_state_up: call.args.flag('admin_state'),
      network_id: await call.api.findId(network, call.args.text('network_id') ?? ''),
      ...(await updatableBody(call)),
      ...call.args.pick('mac_address', 'tenant_id'),
      ...(call.args.text('vnic_type') ? { 'binding:vnic_type': call.args.text('vnic_type')! } : {}),
      ...bindingProfile(call.args.text('binding_profile')),
      ...(await restBody(call)),
    }),
  }),
  'port-update': update({
    resource: port,
    about: 'Change a port.',
    applied: appliedAs(port),
    arguments: [
      ...identity,
      ...withUnderscores(
        option('--admin-state-up', { choices: ['True', 'False'], help: 'Whether the port is to be up.' }),
      ),
      ...security,
      dhcpOptions,
      ...detachableQosPolicy,
      ...addressPairs,
      ...dnsAssignable('name', 'port'),
    ],
    body: async (call) => ({
      ...(await updatableBody(call)),
      ...call.args.given('admin_state_up'),
      ...(await restBody(call)),
    }),
  }),
  'port-delete': remove({
    resource: port,
    about: 'Delete ports.',
    applied: appliedAs(network, 'network_id'),
  }),
};
