import { formatAddress, parseAddress } from '../../net/address.ts';
import { contains } from '../../net/cidr.ts';
import { DHCP_PORT, ROUTER_GATEWAY, ROUTER_INTERFACES, SNAT_INTERFACE } from '../../net/deviceOwners.ts';
import { eui64Address } from '../../net/mac.ts';
import { fault } from '../errors/index.ts';
import { invalid } from '../ml2/types/driver.ts';
import { isReserved } from './pools.ts';
import type { AllocationSubnet } from './subnets.ts';

export interface FixedIp {
  readonly subnet_id: string;
  readonly ip_address: string;
}

/** What a request asks for: an address, any address of a subnet, or both named. */
export interface WantedIp {
  readonly subnet_id?: string;
  readonly ip_address?: string;
}

/** One address to allocate: a given one, or any of the first subnet that has one left. */
export type AddressRequest =
  | { readonly kind: 'given'; readonly subnet: AllocationSubnet; readonly address: string }
  | { readonly kind: 'any'; readonly subnets: readonly AllocationSubnet[] };

export interface PortAddresses {
  readonly networkId: string;
  readonly deviceOwner: string;
  readonly mac: string;
  /** Undefined when the request leaves it to us. */
  readonly wanted: readonly WantedIp[] | undefined;
}

/** Router ports get no automatic IPv6 address but the one that is asked for. */
export const isRouterOrSnatPort = (owner: string): boolean =>
  ROUTER_INTERFACES.includes(owner) || owner === SNAT_INTERFACE;

/** Owners that may have IPv6's anycast address of routers; a port's that has none may be a router's one day. */
const mayBeRouter = (owner: string): boolean =>
  owner === '' || isRouterOrSnatPort(owner) || owner === ROUTER_GATEWAY;

/** Whether an address can be the port's in the subnet. */
function fits({ cidr }: AllocationSubnet, text: string, owner: string): boolean {
  const address = parseAddress(text);
  if (address === undefined || !contains(cidr, address)) return false;
  const anycast = cidr.version === 6 && address.value === cidr.first && mayBeRouter(owner);
  return anycast || !isReserved(cidr, address);
}

function subnetFor(
  port: PortAddresses,
  wanted: WantedIp,
  own: readonly AllocationSubnet[],
  subnets: readonly AllocationSubnet[],
): AllocationSubnet {
  const { subnet_id, ip_address } = wanted;
  if (subnet_id !== undefined) {
    const subnet = own.find(({ id }) => id === subnet_id);
    if (subnet === undefined) {
      if (!subnets.some(({ id }) => id === subnet_id)) throw fault('SubnetNotFound', { subnet_id });
      throw invalid(
        `Failed to create port on network ${port.networkId}, because fixed_ips included invalid subnet ${subnet_id}`,
      );
    }
    if (ip_address !== undefined && !fits(subnet, ip_address, port.deviceOwner)) {
      throw fault('InvalidIpForSubnet', { ip_address });
    }
    return subnet;
  }
  if (own.length === 0) throw invalid('IP allocation requires subnets for network');
  if (ip_address === undefined) throw invalid('IP allocation requires subnet_id or ip_address');
  const subnet = own.find((candidate) => fits(candidate, ip_address, port.deviceOwner));
  if (subnet === undefined) throw fault('InvalidIpForNetwork', { ip_address });
  return subnet;
}

function explicit(
  port: PortAddresses,
  own: readonly AllocationSubnet[],
  subnets: readonly AllocationSubnet[],
): AddressRequest[] {
  return port.wanted!.flatMap((wanted): AddressRequest[] => {
    const subnet = subnetFor(port, wanted, own, subnets);
    const { ip_address } = wanted;
    if (ip_address === undefined) {
      return subnet.auto && !isRouterOrSnatPort(port.deviceOwner) ? [] : [{ kind: 'any', subnets: [subnet] }];
    }
    const address = formatAddress(parseAddress(ip_address)!);
    if (subnet.auto && !ROUTER_INTERFACES.includes(port.deviceOwner)) {
      throw fault('AllocationOnAutoAddressSubnet', { ip: ip_address, subnet_id: subnet.id });
    }
    return [{ kind: 'given', subnet, address }];
  });
}

/**
 * The subnets of the port's network that serve its kind, those for that kind alone first.
 * @throws IpAddressGenerationFailureNoMatchingSubnet (409) when addresses are wanted and no subnet serves it
 */
function serving({ networkId, deviceOwner, wanted }: PortAddresses, subnets: readonly AllocationSubnet[]) {
  const own = subnets.filter((subnet) => subnet.networkId === networkId);
  const usable = own.filter(
    ({ dhcp, serviceTypes }) =>
      serviceTypes.length === 0 || serviceTypes.includes(deviceOwner) || (dhcp && deviceOwner === DHCP_PORT),
  );
  if (usable.length === 0 && own.length > 0 && wanted?.length !== 0) {
    throw fault('IpAddressGenerationFailureNoMatchingSubnet', {
      network_id: networkId,
      service_type: deviceOwner,
    });
  }
  const forAll = ({ serviceTypes }: AllocationSubnet) => serviceTypes.length === 0;
  return [...usable.filter((subnet) => !forAll(subnet)), ...usable.filter(forAll)];
}

function automatic(usable: readonly AllocationSubnet[]): AddressRequest[] {
  return ([4, 6] as const).flatMap((version): AddressRequest[] => {
    const subnets = usable.filter(({ auto, cidr }) => !auto && cidr.version === version);
    return subnets.length === 0 ? [] : [{ kind: 'any', subnets }];
  });
}

/** The addresses that a port is to get. Throws when what was asked for is none of its network's. */
export function addressRequests(port: PortAddresses, subnets: readonly AllocationSubnet[]): AddressRequest[] {
  const own = serving(port, subnets);
  const requests = port.wanted === undefined ? automatic(own) : explicit(port, own, subnets);
  if (isRouterOrSnatPort(port.deviceOwner)) return requests;
  return [
    ...requests,
    ...own.flatMap((subnet): AddressRequest[] =>
      subnet.auto ? [{ kind: 'given', subnet, address: eui64Address(subnet.cidr, port.mac) }] : [],
    ),
  ];
}
