import { type Address, parseAddress, versionOf } from '../../../net/address.ts';
import { type Cidr, parseCidr } from '../../../net/cidr.ts';
import { fault } from '../../errors/index.ts';
import { isReserved } from '../../ipam/pools.ts';
import { invalid } from '../../ml2/types/driver.ts';
import { givenList } from '../givenList.ts';
import type { Item } from '../service.ts';

export interface SubnetLimits {
  /** [DEFAULT] max_dns_nameservers */
  readonly nameservers: number;
  /** [DEFAULT] max_subnet_host_routes */
  readonly routes: number;
}

interface HostRoute {
  readonly destination: string;
  readonly nexthop: string;
}

/** Modes in which hosts make their own addresses. */
const AUTO = ['slaac', 'dhcpv6-stateless'];

/** Whether ports get the address that their MAC yields. */
export const isAutoAddress = ({ ipv6_address_mode, ipv6_ra_mode }: Item): boolean =>
  AUTO.includes(ipv6_address_mode as string) || AUTO.includes(ipv6_ra_mode as string);

function checkVersion(version: number, address: string, name: string): void {
  if (versionOf(address) !== version) {
    throw invalid(`${name} '${address}' does not match the ip_version '${version}'`);
  }
}

/** Blocks that DHCP cannot serve. */
function checkDhcp(cidr: Cidr): void {
  if (cidr.prefix > (cidr.version === 4 ? 30 : 126)) {
    throw invalid('Subnet has a prefix length that is incompatible with DHCP service enabled');
  }
  const multicast = cidr.version === 4 ? cidr.first >> 28n === 0xen : cidr.first >> 120n === 0xffn;
  if (multicast) throw invalid('Multicast IP subnet is not supported if enable_dhcp is True');
  const loopback = cidr.version === 4 ? cidr.first >> 24n === 127n : cidr.first === 1n;
  if (loopback) throw invalid('Loopback IP subnet is not supported if enable_dhcp is True');
  if (cidr.version === 4 && cidr.first === 0n) {
    throw invalid("First IP '0.0.0.0' of network is not supported if enable_dhcp is True.");
  }
}

function checkServers(subnet: Item, version: number, limits: SubnetLimits): void {
  const servers = givenList<string>(subnet.dns_nameservers);
  if (servers.length > limits.nameservers) {
    const subnet_id = subnet.id ?? 'new subnet';
    throw fault('DNSNameServersExhausted', { subnet_id, quota: limits.nameservers });
  }
  for (const server of servers) {
    if (parseAddress(server) === undefined) throw invalid(`Error parsing dns address ${server}`);
    checkVersion(version, server, 'dns_nameserver');
  }
}

function checkRoutes(subnet: Item, version: number, limits: SubnetLimits): void {
  const routes = (subnet.host_routes ?? []) as HostRoute[];
  if (routes.length > limits.routes) {
    throw fault('HostRoutesExhausted', { subnet_id: subnet.id ?? 'new subnet', quota: limits.routes });
  }
  for (const { destination, nexthop } of routes) {
    checkVersion(version, nexthop, 'nexthop');
    checkVersion(version, destination, 'destination');
  }
}

function checkModes(subnet: Item, cidr: Cidr): void {
  const { ipv6_ra_mode: ra, ipv6_address_mode: address } = subnet;
  if (cidr.version === 4) {
    if (ra) throw invalid('ipv6_ra_mode is not valid when ip_version is 4');
    if (address) throw invalid('ipv6_address_mode is not valid when ip_version is 4');
    return;
  }
  if (!ra && !address) return;
  if (subnet.enable_dhcp === false) {
    throw invalid('ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False');
  }
  if (ra && address && ra !== address) {
    throw invalid(
      `ipv6_ra_mode set to '${ra}' with ipv6_address_mode set to '${address}' is not valid. If both attributes are set, they must be the same value`,
    );
  }
  if (isAutoAddress(subnet) && cidr.prefix !== 64) {
    throw invalid(
      `Invalid CIDR ${subnet.cidr} for IPv6 address mode. OpenStack uses the EUI-64 address format, which requires the prefix to be /64`,
    );
  }
}

/** The gateway as an address; throws when it can be none of the subnet. */
function checkGatewayAddress(cidr: Cidr, gateway: string): Address {
  checkVersion(cidr.version, gateway, 'gateway_ip');
  const address = parseAddress(gateway)!;
  if (cidr.version === 4 && isReserved(cidr, address)) throw invalid('Gateway is not valid on subnet');
  return address;
}

/** Throws when a new subnet's attributes do not go together; its block when they do. */
export function checkNewSubnet(subnet: Item, limits: SubnetLimits): Cidr {
  const version = subnet.ip_version as number;
  checkVersion(version, subnet.cidr as string, 'cidr');
  const cidr = parseCidr(subnet.cidr as string)!;
  if (subnet.enable_dhcp !== false) checkDhcp(cidr);
  if (subnet.gateway_ip) checkGatewayAddress(cidr, subnet.gateway_ip as string);
  checkServers(subnet, version, limits);
  checkRoutes(subnet, version, limits);
  checkModes(subnet, cidr);
  return cidr;
}

/** Throws when changes do not go with the subnet as it is. */
export function checkSubnetChanges(subnet: Item, changes: Item, limits: SubnetLimits): void {
  const version = subnet.ip_version as number;
  const cidr = parseCidr(subnet.cidr as string)!;
  if (changes.enable_dhcp === true) checkDhcp(cidr);
  if (changes.gateway_ip) checkGatewayAddress(cidr, changes.gateway_ip as string);
  checkServers({ ...changes, id: subnet.id }, version, limits);
  checkRoutes({ ...changes, id: subnet.id }, version, limits);
  if (changes.enable_dhcp === false && (subnet.ipv6_ra_mode || subnet.ipv6_address_mode)) {
    throw invalid('Cannot disable enable_dhcp with ipv6 attributes set');
  }
}
