import { boolean, flag, option, positional, withUnderscores } from '../argparse/argument.ts';
import { uppercase } from '../argparse/types.ts';
import type { Call, Commands } from '../command.ts';
import { problemsOf } from '../diagnosis/remark.ts';
import { appliedAs } from '../diagnosis/wait.ts';
import { type ListDefinition, list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import { type Dict, isDict, type Json, str } from '../python/value.ts';
import { network, subnet } from '../resources.ts';
import { byIds } from './byIds.ts';
import {
  adminStateDown,
  availabilityZoneHints,
  detachableQosPolicy,
  dnsAssignable,
  dnsAttribute,
  dnsValue,
  filterSection,
  qosPolicy,
  qosPolicyOf,
  tagFilters,
  tenantFilter,
} from './shared.ts';

const subnetLines = (item: Dict): Json =>
  Array.isArray(item.subnets)
    ? item.subnets.map((each) => (isDict(each) ? `${str(each.id!)} ${str(each.cidr ?? '')}` : '')).join('\n')
    : '';

/** Replaces the ids of subnets by objects with their CIDRs. */
const addCidrs = async (items: Dict[], call: Call): Promise<void> => {
  const ids = items.flatMap((item) => (Array.isArray(item.subnets) ? item.subnets.map(str) : []));
  const found = await byIds(call, { resource: subnet, ids, fields: ['id', 'cidr'] });
  for (const item of items)
    if (Array.isArray(item.subnets)) item.subnets = item.subnets.map((id) => found.get(str(id)) ?? { id });
};

const networkFilters = [
  tenantFilter,
  option('--name', { help: 'Networks of this name.', section: filterSection }),
  boolean('--admin-state-up', { help: 'Networks whose administrative state is up.', section: filterSection }),
  option('--status', {
    type: uppercase,
    help: 'Networks in this state, such as ACTIVE.',
    section: filterSection,
  }),
  boolean('--shared', { help: 'Networks that other projects may use.', section: filterSection }),
  boolean('--router:external', {
    help: 'Networks that routers may have gateways on.',
    section: filterSection,
  }),
  ...tagFilters('networks'),
];

/** What every list of networks has in common. */
export const networkList = {
  resource: network,
  columns: ['id', 'name', 'subnets'],
  cells: { subnets: subnetLines },
  filters: networkFilters,
  extend: addCidrs,
} satisfies Partial<ListDefinition>;

const description = option('--description', { help: 'Description of network.' });

export const commands: Commands = {
  'net-list': list({ ...networkList, about: 'List networks that belong to a given tenant.' }),
  'net-external-list': list({
    ...networkList,
    about: 'List the networks that routers may have gateways on.',
    filter: async () => ({ 'router:external': 'True' }),
  }),
  'net-show': show({
    resource: network,
    about: 'Show a network.',
    remark: problemsOf(network),
  }),
  'net-create': create({
    resource: network,
    about: 'Create a network for a given tenant.',
    remark: problemsOf(network),
    applied: appliedAs(network),
    arguments: [
      ...withUnderscores(adminStateDown('Set admin state up to false.')),
      flag('--shared', { default: undefined, help: 'Set the network as shared.' }),
      option('--provider:network_type', {
        metavar: '<network_type>',
        help: 'The physical mechanism by which the virtual network is implemented.',
      }),
      option('--provider:physical_network', {
        metavar: '<physical_network_name>',
        help: 'Name of the physical network over which the virtual network is implemented.',
      }),
      option('--provider:segmentation_id', {
        metavar: '<segmentation_id>',
        help: 'VLAN ID for VLAN networks or tunnel-id for GRE/VXLAN networks.',
      }),
      boolean('--vlan-transparent', { help: 'Create a VLAN transparent network.' }),
      positional('name', 'NAME', { help: 'Name of the network to be created.' }),
      description,
      qosPolicy,
      availabilityZoneHints('network'),
      dnsAttribute('domain', 'network'),
    ],
    body: async (call) => ({
      admin_state_up: call.args.flag('admin_state'),
      ...call.args.pick('name', 'description', 'shared', 'tenant_id', 'vlan_transparent'),
      ...call.args.pick('provider:network_type', 'provider:physical_network', 'provider:segmentation_id'),
      ...(await qosPolicyOf(call)),
      ...call.args.given('availability_zone_hints', 'dns_domain'),
    }),
  }),
  'net-update': update({
    resource: network,
    about: 'Change a network.',
    applied: appliedAs(network),
    arguments: [
      option('--name', { help: 'Name of the network.' }),
      option('--description', { help: 'Description of this network.' }),
      ...detachableQosPolicy,
      ...dnsAssignable('domain', 'network'),
    ],
    body: async (call) => ({
      ...call.args.pick('name', 'description'),
      ...(await qosPolicyOf(call)),
      ...dnsValue('domain', call),
    }),
  }),
  'net-delete': remove({
    resource: network,
    about: 'Delete networks.',
    applied: appliedAs(network),
  }),
};
