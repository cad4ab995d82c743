import { bool, float, group, int, port, str } from '../option.ts';

/** The L3 agent. */
export const l3Agent = group('DEFAULT', {
  agent_mode: str('legacy', 'L3 mode: legacy, dvr, dvr_snat or dvr_no_external', {
    choices: ['dvr', 'dvr_snat', 'legacy', 'dvr_no_external'],
  }),
  metadata_port: port(9697, 'TCP port of metadata proxy inside router namespace'),
  handle_internal_only_routers: bool(true, 'Accept routers that have no gateway'),
  ipv6_gateway: str('', 'Link-local next hop for default IPv6 route'),
  prefix_delegation_driver: str('dibbler', 'Prefix delegation driver name'),
  enable_metadata_proxy: bool(true, 'Run metadata haproxy in router namespaces'),
  metadata_access_mark: str('0x1', 'Mark for metadata-bound packets'),
  external_ingress_mark: str('0x2', 'Mark for packets entering through gateway interface'),
  radvd_user: str('', 'User radvd runs as; empty keeps root'),
  cleanup_on_shutdown: bool(false, 'Remove router namespaces when agent exits'),
  keepalived_use_no_track: bool(true, 'Emit no_track keyword (keepalived 2.x) (deprecated)'),
  ha_confs_path: str('$state_path/ha_confs', 'Directory of keepalived configurations'),
  ha_vrrp_auth_type: str('PASS', 'VRRP authentication kind', { choices: ['AH', 'PASS'] }),
  ha_vrrp_auth_password: str(null, 'VRRP password; unset means no authentication', { secret: true }),
  ha_vrrp_advert_int: float(2, 'VRRP advertisement interval in seconds; a fraction asks for VRRP 3', {
    min: 0.01,
  }),
  ha_keepalived_state_change_server_threads: int(
    1,
    'Concurrent threads of state change notification server',
    { min: 1 },
  ),
  ha_vrrp_health_check_interval: int(0, 'Seconds between gateway ping checks; 0 off'),
  pd_confs: str('$state_path/pd', 'Directory of IPv6 prefix delegation files'),
  vendor_pen: str('8888', 'Enterprise number used in PD DUID'),
  ra_confs: str('$state_path/ra', 'Directory of radvd files'),
  min_rtr_adv_interval: int(30, 'radvd MinRtrAdvInterval'),
  max_rtr_adv_interval: int(100, 'radvd MaxRtrAdvInterval'),
});
