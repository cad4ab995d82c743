import { bool, float, group, int, list, str } from '../option.ts';
import { interfaceDrivers } from './names.ts';

/** What all agents share. */
export const agent = group('agent', {
  root_helper: str('sudo', 'Command prefix for privileged commands'),
  use_helper_for_ns_read: bool(true, 'Use root helper to list namespaces'),
  root_helper_daemon: str(null, 'Rootwrap daemon command'),
  report_interval: float(30, 'Seconds between state reports'),
  log_agent_heartbeats: bool(false, 'Log each heartbeat'),
  comment_iptables_rules: bool(true, 'Add comments to iptables rules'),
  debug_iptables_rules: bool(false, 'Re-apply rules to detect parse errors'),
  use_random_fully: bool(true, 'Use random-fully in SNAT rules'),
  check_child_processes_action: str('respawn', 'respawn or exit when a watched child dies', {
    choices: ['respawn', 'exit'],
  }),
  check_child_processes_interval: int(60, 'Seconds between child checks; 0 off'),
  kill_scripts_path: str('/etc/neutron/kill_scripts/', 'Directory of custom kill scripts'),
  availability_zone: str('nova', 'Availability zone the agent reports'),
});

/** Of the Linux bridge and the L3 agent. */
export const agentExtensions = group('agent', {
  extensions: list([], 'Agent extension aliases to load'),
});

export const interfaces = group('DEFAULT', {
  interface_driver: str(null, 'Virtual interface driver alias or class', { names: interfaceDrivers }),
  external_pids: str('$state_path/external/pids', 'Directory of pid files of child processes'),
  metadata_proxy_socket: str('$state_path/metadata_proxy', 'Unix socket of metadata agent'),
  metadata_proxy_user: str('', 'User of metadata proxy process'),
  metadata_proxy_group: str('', 'Group of metadata proxy process'),
});

export const ovsInterfaces = group('DEFAULT', {
  ovs_integration_bridge: str('br-int', 'OVS integration bridge name (deprecated)'),
  ovs_use_veth: bool(false, 'Use veth rather than OVS internal ports'),
});

export const ovs = group('ovs', {
  ovsdb_connection: str('tcp:127.0.0.1:6640', 'OVSDB address'),
  ssl_key_file: str(null, 'Key for OVSDB'),
  ssl_cert_file: str(null, 'Certificate for OVSDB'),
  ssl_ca_cert_file: str(null, 'CA for OVSDB'),
  ovsdb_debug: bool(false, 'OVSDB debug logs'),
  ovsdb_timeout: int(10, 'OVSDB timeout seconds'),
  bridge_mac_table_size: int(50000, 'MAC table size of bridges'),
  igmp_snooping_enable: bool(false, 'IGMP snooping on integration bridge'),
});
