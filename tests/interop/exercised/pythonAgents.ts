import type { Exercised } from '../exercised.ts';

/** Methods by topic. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  dhcp_agent: [
    'agent_updated',
    'network_create_end',
    'network_delete_end',
    'network_update_end',
    'port_create_end',
    'port_delete_end',
    'port_update_end',
    'subnet_create_end',
    'subnet_delete_end',
    'subnet_update_end',
  ],
  l3_agent: [
    'agent_updated',
    'router_added_to_agent',
    'router_deleted',
    'router_removed_from_agent',
    'routers_updated',
  ],
  'neutron-vo-AddressGroup-1.2': ['push'],
  'neutron-vo-QosPolicy-1.10': ['push'],
  'q-agent-notifier-l2population-update': ['add_fdb_entries', 'remove_fdb_entries', 'update_fdb_entries'],
  'q-agent-notifier-network-delete': ['network_delete'],
  'q-agent-notifier-network-update': ['network_update'],
  'q-agent-notifier-port-update': ['port_update'],
  'q-agent-notifier-security_group-update': [
    'security_groups_member_updated',
    'security_groups_rule_updated',
  ],
  'q-l3-plugin': [
    'get_host_ha_router_count',
    'get_networks',
    'get_ports_by_subnet',
    'get_router_ids',
    'get_service_plugin_list',
    'sync_routers',
    'update_all_ha_network_port_statuses',
    'update_floatingip_statuses',
    'update_ha_routers_states',
  ],
  'q-plugin': [
    'bulk_pull',
    'create_dhcp_port',
    'dhcp_ready_on_ports',
    'get_active_networks_info',
    'get_device_details',
    'get_devices_details_list',
    'get_devices_details_list_and_failed_devices',
    'get_dhcp_port',
    'get_network_details',
    'get_network_info',
    'get_networks',
    'get_ports',
    'get_ports_by_vnic_type_and_host',
    'pull',
    'release_dhcp_port',
    'security_group_info_for_devices',
    'security_group_rules_for_devices',
    'tunnel_sync',
    'update_device_down',
    'update_device_list',
    'update_device_up',
    'update_dhcp_port',
  ],
  'q-reports-plugin': ['has_alive_neutron_server', 'report_state'],
};

/** Those that no agent of the lab uses, whatever the topic or of one: a script does, with Neutron's own classes. */
const SCRIPTED: readonly string[] = [
  'get_device_details',
  'get_devices_details_list_and_failed_devices',
  'get_dhcp_port',
  'get_network_details',
  'get_networks',
  'get_ports_by_subnet',
  'get_ports_by_vnic_type_and_host',
  'get_service_plugin_list',
  'has_alive_neutron_server',
  'neutron-vo-AddressGroup-1.2 push',
  'security_group_rules_for_devices',
  'tunnel_sync',
  'update_all_ha_network_port_statuses',
  'update_device_list',
];

/** What our server and Python's agents say to each other: `tests/interop/pythonAgents.lab.ts` sees every one of them. */
export const pythonAgents: readonly Exercised[] = Object.entries(METHODS).flatMap(([topic, methods]) =>
  methods.map(
    (method): Exercised => ({
      server: 'ours',
      method,
      topic,
      ...(SCRIPTED.includes(method) || SCRIPTED.includes(`${topic} ${method}`) ? { script: true } : {}),
    }),
  ),
);
