/** Functions that send a packet from a device of a network namespace, or of this host, and say what came back. */

export { type Place, SocketFailed } from '../sockets/socket.ts';
export { type ArpAnswers, type ArpOptions, arp, arpScan } from './arp.ts';
export { aheadOf, type ClockReading, clockAt } from './clock.ts';
export {
  type DhcpAnswer,
  type DhcpOptions,
  discover,
  type Lease,
  type LeaseResult,
  release,
  takeLease,
} from './dhcp.ts';
export { type DnsOptions, type DnsResult, dns } from './dns.ts';
export { type Echo, type EchoFailure, type EchoOptions, echo, pathMtu } from './echo.ts';
export { type HttpOptions, type HttpResult, http } from './http.ts';
export { type TcpOptions, type TcpResult, tcp } from './tcp.ts';
export { type UdpOptions, type UdpResult, udp } from './udp.ts';
export { type Way, wayTo } from './way.ts';
