import { bool, group, int, list, str } from '../option.ts';

/** Routers, on the server. */
export const routers = group('DEFAULT', {
  max_routes: int(30, 'Maximum extra routes per router'),
  enable_snat_by_default: bool(true, 'SNAT default when external_gateway_info omits enable_snat'),
  dvr_base_mac: str('fa:16:3f:00:00:00', 'Prefix for DVR MACs'),
  router_distributed: bool(false, 'New routers are DVR by default'),
  enable_dvr: bool(true, 'Expose DVR API extension'),
  host_dvr_for_dhcp: bool(true, 'Host DVR routers on nodes having only DHCP ports'),
  l3_ha: bool(false, 'New routers are HA by default'),
  l3_ha_net_cidr: str('169.254.192.0/18', 'Range for HA tenant networks'),
  l3_ha_network_type: str('', 'Segment type of HA networks'),
  l3_ha_network_physical_name: str('', 'Physical network of HA networks'),
  allowed_conntrack_helpers: list(
    [
      'amanda:tcp',
      'ftp:tcp',
      'h323:udp',
      'h323:tcp',
      'irc:tcp',
      'netbios-ns:udp',
      'pptp:tcp',
      'sane:tcp',
      'sip:udp',
      'sip:tcp',
      'snmp:udp',
      'tftp:udp',
    ],
    'Helpers allowed, as name to protocol and port',
  ),
});
