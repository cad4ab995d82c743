import type { Json } from '../../../src/messaging/transport.ts';
import { tapName } from '../../../src/net/names.ts';
import { dhcpPlugin } from '../../../src/rpc/dhcp.ts';
import { dvr } from '../../../src/rpc/dvr.ts';
import type { RpcInterface } from '../../../src/rpc/interface.ts';
import { l2plugin } from '../../../src/rpc/l2plugin.ts';
import { l3plugin } from '../../../src/rpc/l3plugin.ts';
import { metadata } from '../../../src/rpc/metadata.ts';
import { reports } from '../../../src/rpc/reports.ts';
import { resourcesPull } from '../../../src/rpc/resources.ts';
import { securityGroups } from '../../../src/rpc/securitygroups.ts';
import type { Ids } from './cloud.ts';

/** A call that an agent may make; asking it again changes nothing. */
export interface Question {
  readonly title: string;
  readonly topic: string;
  readonly version: string;
  readonly method: string;
  readonly args: { [key: string]: Json };
}

const PORTS = [
  'plain',
  'web',
  'member',
  'unbound',
  'off',
  'open',
  'limited',
  'tagged',
  'stateless',
  'flat',
  'elsewhere',
] as const;
const NETWORKS = ['public', 'private', 'measured', 'vlan', 'down'] as const;
const HOSTS = ['compute', 'controller', 'nowhere'] as const;
const GONE = '00000000-0000-4000-8000-000000000000';

/** The interfaces whose methods are asked. */
export const interfaces: readonly RpcInterface<object>[] = [
  l2plugin,
  securityGroups,
  dhcpPlugin,
  metadata,
  l3plugin,
  resourcesPull,
  reports,
  dvr,
];

/** Methods that cannot be asked like this, and why. */
export const unasked: Readonly<Record<string, string>> = {
  update_ha_routers_states: 'a cast: there is no answer',
  report_state: 'answers depend on when the agent reported before',
  create_dhcp_port: 'makes a port: asked apart',
  release_dhcp_port: 'removes a port: asked apart',
  get_agent_gateway_port: 'of distributed routers, which Linux bridge agents have not: not served',
  delete_agent_gateway_port: 'of distributed routers, which Linux bridge agents have not: not served',
  process_prefix_update: 'prefix delegation is not served: a subnet cannot be made with it',
  get_dvr_mac_address_by_host: 'makes an address where there is none',
};

/** All that is asked of a cloud. `macs` are the ports' by their ids. */
export function questionsOf(ids: Ids, macs: ReadonlyMap<string, string>): Question[] {
  const questions: Question[] = [];
  const ask = (
    definition: RpcInterface<object>,
    method: string,
    args: { [key: string]: Json },
    what = JSON.stringify(args),
  ) => {
    const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
    const title = what.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => names.get(id) ?? id);
    const { version } = (definition.methods as Record<string, { version: string }>)[method]!;
    questions.push({ title: `${method} ${title}`, topic: definition.topic, version, method, args });
  };
  const id = (name: string): string => ids[name]!;
  const taps = PORTS.map((name) => tapName(id(name)));
  const agent = { agent_id: 'lb0123456789ab' };

  for (const host of HOSTS) {
    const devices = [...taps, 'tap00000000-00'];
    const every = { devices, ...agent, host };
    ask(l2plugin, 'get_devices_details_list', every, `every tap on ${host}`);
    // Those who ask this know the ports, not only their taps.
    const known = { devices: PORTS.map(id), ...agent, host };
    ask(l2plugin, 'get_devices_details_list_and_failed_devices', known, `every port on ${host}`);
    ask(l2plugin, 'get_ports_by_vnic_type_and_host', { vnic_type: 'normal', host });
    ask(dhcpPlugin, 'get_active_networks_info', { host });
    ask(dhcpPlugin, 'get_active_networks_info', { host, enable_dhcp_filter: false });
    ask(l3plugin, 'get_router_ids', { host });
    ask(l3plugin, 'sync_routers', { host });
    ask(l3plugin, 'sync_routers', { host, router_ids: ['router', 'inner', 'carrier', 'lonely'].map(id) });
    ask(l3plugin, 'get_host_ha_router_count', { host });
    ask(l3plugin, 'update_all_ha_network_port_statuses', { host });
    for (const subnet of ['private4', 'limited4'])
      ask(dvr, 'get_ports_on_host_by_subnet', { host, subnet: id(subnet) });
  }
  for (const name of PORTS) {
    const one = { ...agent, host: 'compute' };
    ask(l2plugin, 'get_device_details', { device: id(name), ...one });
    ask(l2plugin, 'get_device_details', { device: macs.get(id(name))!, ...one }, `MAC of ${name}`);
    ask(securityGroups, 'security_group_info_for_devices', { devices: [id(name)], call_version: '1.3' });
    ask(securityGroups, 'security_group_rules_for_devices', { devices: [id(name)] });
    ask(dhcpPlugin, 'get_dhcp_port', { port_id: id(name), host: 'controller' });
  }
  for (const network of [...NETWORKS.map(id), GONE])
    ask(l2plugin, 'get_network_details', { network, ...agent, host: 'compute' });
  const up = { ...agent, host: 'compute' };
  for (const device of [id('plain'), tapName(id('web')), id('off'), id('unbound'), id('member'), GONE]) {
    ask(l2plugin, 'update_device_up', { device, ...up });
  }
  for (const device of [id('limited'), id('member'), GONE, 'tap00000000-00'])
    ask(l2plugin, 'update_device_down', { device, ...up });
  const lists = { devices_up: [id('plain'), 'tap00000000-00'], devices_down: [id('limited'), GONE] };
  ask(l2plugin, 'update_device_list', { ...lists, ...up });
  ask(l2plugin, 'tunnel_sync', { tunnel_ip: '192.0.2.65', tunnel_type: 'vxlan', host: 'compute' });
  ask(l2plugin, 'tunnel_sync', { tunnel_ip: '192.0.2.65', tunnel_type: 'nonsense', host: 'compute' });

  const all = { devices: [...taps, 'tap00000000-00'] };
  ask(securityGroups, 'security_group_info_for_devices', { ...all, call_version: '1.3' }, 'every tap');
  ask(securityGroups, 'security_group_info_for_devices', { devices: [] });
  ask(securityGroups, 'security_group_rules_for_devices', all, 'every tap');

  for (const network_id of [...NETWORKS.map(id), GONE])
    ask(dhcpPlugin, 'get_network_info', { network_id, host: 'controller' });
  ask(dhcpPlugin, 'get_dhcp_port', { port_id: GONE, host: 'controller' });
  ask(dhcpPlugin, 'dhcp_ready_on_ports', { port_ids: [id('plain'), GONE] });
  ask(dhcpPlugin, 'get_networks', { filters: { id: [id('private')] }, fields: ['id', 'subnets', 'mtu'] });
  ask(dhcpPlugin, 'get_networks', { filters: { name: ['private', 'public'] }, fields: null });
  const foreign = { network_id: id('private'), device_id: 'dhcp-of-somebody', fixed_ips: [] };
  for (const port_id of [id('plain'), GONE])
    ask(dhcpPlugin, 'update_dhcp_port', { port_id, port: { port: foreign }, host: 'controller' });

  const filters: readonly { [key: string]: Json }[] = [
    { device_id: [`device of plain`] },
    { network_id: [id('private')], fixed_ips: { ip_address: ['10.1.0.21'] } },
    { device_id: [id('router')], device_owner: ['network:router_interface'] },
    { mac_address: [macs.get(id('web'))!] },
    { network_id: [GONE] },
  ];
  for (const filter of filters) ask(metadata, 'get_ports', { filters: filter });

  for (const name of ['router', 'carrier', 'lonely'])
    ask(l3plugin, 'sync_routers', { host: 'controller', router_ids: [id(name)] });
  ask(l3plugin, 'sync_routers', { host: 'controller', router_ids: [GONE] });
  for (const subnet of ['private4', 'public4'])
    ask(l3plugin, 'get_ports_by_subnet', { host: 'controller', subnet_id: id(subnet) });
  ask(l3plugin, 'get_ports_by_subnet', { host: 'controller', subnet_id: GONE });
  ask(l3plugin, 'get_service_plugin_list', {});
  ask(l3plugin, 'get_networks', { filters: { 'router:external': [true] }, fields: ['id'] });
  for (const fip_statuses of [{ [id('floating')]: 'ACTIVE' }, { [GONE]: 'ACTIVE' }, {}])
    ask(l3plugin, 'update_floatingip_statuses', { router_id: id('router'), fip_statuses });

  const objects = { AddressGroup: ['1.2', 'addresses'], QosPolicy: ['1.10', 'limits'] } as const;
  for (const [resource_type, [version, name]] of Object.entries(objects)) {
    const pull = { resource_type, version };
    ask(resourcesPull, 'pull', { ...pull, resource_id: id(name) });
    ask(resourcesPull, 'pull', { ...pull, resource_id: GONE });
    ask(resourcesPull, 'bulk_pull', { ...pull, filter_kwargs: {} });
    ask(resourcesPull, 'bulk_pull', { ...pull, filter_kwargs: { id: [id(name)] } });
    ask(resourcesPull, 'bulk_pull', { ...pull, filter_kwargs: { id: GONE } });
  }
  for (const [resource_type, version] of Object.entries({
    PortForwarding: '1.3',
    ConntrackHelper: '1.0',
    Trunk: '1.1',
    Nonsense: '1.0',
  })) {
    ask(resourcesPull, 'bulk_pull', { resource_type, version, filter_kwargs: {} });
    ask(resourcesPull, 'pull', { resource_type, version, resource_id: GONE });
  }
  ask(reports, 'has_alive_neutron_server', {});
  ask(dvr, 'get_dvr_mac_address_list', {});
  for (const subnet of [id('private4'), id('limited4'), GONE]) ask(dvr, 'get_subnet_for_dvr', { subnet });
  return questions;
}
