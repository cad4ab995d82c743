import { bool, group, int, list, str } from '../option.ts';
import { dhcpDrivers } from './names.ts';

/** The DHCP agent. */
export const dhcpAgent = group('DEFAULT', {
  resync_interval: int(5, 'Seconds between DHCP resync after errors'),
  resync_throttle: int(1, 'Minimum seconds between two resyncs'),
  dhcp_renewal_time: int(0, 'T1 in seconds for clients; 0 leaves it to dnsmasq'),
  dhcp_rebinding_time: int(0, 'T2 in seconds for clients; 0 leaves it to dnsmasq'),
  dhcp_driver: str('neutron.agent.linux.dhcp.Dnsmasq', 'Class path of DHCP driver', { names: dhcpDrivers }),
  enable_isolated_metadata: bool(false, 'DHCP namespace serves metadata on networks lacking a router'),
  force_metadata: bool(false, 'Always push metadata route through DHCP agent'),
  enable_metadata_network: bool(
    false,
    'Serve metadata when a network inside 169.254.169.254/16 is attached to router',
  ),
  num_sync_threads: int(4, 'Green threads for initial network sync'),
  bulk_reload_interval: int(0, 'Seconds to batch dnsmasq reloads; 0 reloads at once'),
  dhcp_confs: str('$state_path/dhcp', 'Directory holding per-network dnsmasq files'),
  dnsmasq_config_file: str('', 'Extra conf file passed to dnsmasq instead of none'),
  dnsmasq_dns_servers: list([], 'Forwarders given to dnsmasq'),
  dnsmasq_base_log_dir: str(null, 'Directory for per-network dnsmasq logs'),
  dnsmasq_local_resolv: bool(false, 'Let dnsmasq use host resolv.conf'),
  dnsmasq_lease_max: int(16777216, 'Upper bound on dnsmasq lease count'),
  dhcp_broadcast_reply: bool(false, 'Make dnsmasq answer DHCP with broadcast'),
  dnsmasq_enable_addr6_list: bool(false, 'Write dhcp-host with several IPv6 addresses in brackets'),
});
