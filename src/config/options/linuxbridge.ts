import { bool, group, int, ip, list, port, str } from '../option.ts';

/** The Linux bridge agent. */
export const linuxBridge = group('linux_bridge', {
  physical_interface_mappings: list([], 'physnet:interface pairs'),
  bridge_mappings: list([], 'physnet:bridge pairs naming pre-made bridges'),
});

export const vxlan = group('vxlan', {
  enable_vxlan: bool(true, 'Create vxlan devices'),
  ttl: int(null, 'TTL of outer packets'),
  tos: int(null, 'TOS of outer packets; deprecated name for dscp (deprecated)'),
  vxlan_group: str('224.0.0.1', 'Multicast group or CIDR; empty disables multicast'),
  local_ip: ip(null, 'Local tunnel endpoint address'),
  udp_srcport_min: port(0, 'Bottom of source port range'),
  udp_srcport_max: port(0, 'Top of source port range'),
  udp_dstport: port(null, 'VXLAN UDP destination port; kernel default 8472'),
  l2_population: bool(false, 'Use l2population fdb RPC'),
  arp_responder: bool(false, 'Local ARP proxy entries on vxlan device'),
  multicast_ranges: list([], 'VNI range to multicast group entries'),
});

export const l2Agent = group('agent', {
  polling_interval: int(2, 'Seconds between device scans'),
  quitting_rpc_timeout: int(10, 'RPC timeout used while agent stops'),
  dscp: int(null, 'DSCP for tunnel outer header', { max: 63 }),
  dscp_inherit: bool(false, 'Copy inner DSCP to outer header'),
});

/** The extension qos. */
export const agentQos = group('qos', {
  kernel_hz: int(250, 'Timer frequency of the kernel, for the smallest burst'),
  tbf_latency: int(50, 'Milliseconds that packets wait at most for a limit'),
});

export const networkLog = group('network_log', {
  rate_limit: int(100, 'Logged packets a second', { min: 100 }),
  burst_limit: int(25, 'Log packet burst', { min: 25 }),
  local_output_log_base: str(null, 'Local output file'),
});
