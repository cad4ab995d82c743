import type { AdvertisedDevice } from '../../linux/radvd.ts';
import { versionOf } from '../../net/address.ts';
import { cidrContains } from '../../net/cidr.ts';
import {
  gatewayDeviceName,
  haDeviceName,
  routerDeviceName,
  routerNamespace,
  tapName,
} from '../../net/names.ts';
import type { RouterInfo, RouterPort } from '../../rpc/l3plugin.ts';
import { primaryAddress } from './ha/primaryAddress.ts';
import { advertisedDevices } from './ipv6.ts';
import type { Forwarding } from './portForwarding.ts';

/** A device of a router's namespace, as it should be. */
export interface DesiredDevice {
  readonly portId: string;
  readonly name: string;
  readonly tap: string;
  readonly mac: string;
  readonly mtu: number;
  /** 'ADDRESS/PREFIX', the port's own first, then floating IPs. */
  readonly addresses: readonly string[];
  /** CIDRs of the network's other subnets: reached on the link itself. */
  readonly onLink: readonly string[];
  readonly scopes: Readonly<Record<4 | 6, string | null>>;
  readonly families: readonly (4 | 6)[];
}

export interface DesiredFloatingIp {
  readonly id: string;
  readonly address: string;
  readonly fixedAddress: string;
  /** The address scope of the fixed address. */
  readonly scope: string | null;
  /** What the server believes. */
  readonly status: string;
}

export interface DesiredRoute {
  readonly destination: string;
  readonly via: string;
  readonly device?: string;
}

/** Everything a router's namespace should hold. */
export interface DesiredRouter {
  readonly id: string;
  readonly netns: string;
  readonly interfaces: readonly DesiredDevice[];
  readonly gateway?: DesiredDevice;
  /** Addresses that outgoing traffic is translated to; none without a gateway. */
  readonly gatewayAddresses: readonly string[];
  readonly snat: boolean;
  readonly floatingIps: readonly DesiredFloatingIp[];
  readonly forwardings: readonly Forwarding[];
  readonly routes: readonly DesiredRoute[];
  /** Where the router tells IPv6 hosts of itself. */
  readonly advertised: readonly AdvertisedDevice[];
  /** No IPv6 gateway outside is known: the router learns one from its advertisements. */
  readonly learnsGateway: boolean;
  /** The router is on several hosts, and at work where VRRP says. */
  readonly ha?: DesiredHa;
}

/** The devices that a router has besides that of VRRP. */
export const devicesOf = ({ interfaces, gateway }: DesiredRouter): readonly DesiredDevice[] =>
  gateway ? [...interfaces, gateway] : interfaces;

/** How a router's instances on several hosts agree which one is at work. */
export interface DesiredHa {
  readonly device: DesiredDevice;
  readonly vrId: number;
  readonly priority: number;
  /** The address that only the primary carries, whatever else the router has. */
  readonly primaryAddress: string;
  /** The L2 agent has connected the device: before that each instance would hear nobody and be primary. */
  readonly wired: boolean;
}

/** Gateways that are in no subnet of the port: they are reached on the link itself. */
const outsideGateways = ({ subnets }: RouterPort): string[] =>
  subnets.flatMap(({ cidr, gateway_ip }) => {
    if (!gateway_ip || cidrContains(cidr, gateway_ip) || gateway_ip.startsWith('fe80:')) return [];
    return [`${gateway_ip}/${versionOf(gateway_ip) === 4 ? 32 : 128}`];
  });

function device(port: RouterPort, name: string): DesiredDevice {
  return {
    portId: port.id,
    name,
    tap: tapName(port.id),
    mac: port.mac_address,
    mtu: port.mtu,
    addresses: port.fixed_ips.map((fixed) => `${fixed.ip_address}/${fixed.prefixlen}`),
    onLink: [],
    scopes: { 4: port.address_scopes['4'], 6: port.address_scopes['6'] },
    families: [...new Set(port.fixed_ips.map((fixed) => versionOf(fixed.ip_address)))],
  };
}

/** Only outside: inside, a network's other subnets may have an interface of this router of their own. */
function gatewayDevice(port: RouterPort, name: string, floating: readonly string[]): DesiredDevice {
  const plain = device(port, name);
  return {
    ...plain,
    addresses: [...plain.addresses, ...floating],
    onLink: [...outsideGateways(port), ...port.extra_subnets.map((subnet) => subnet.cidr)],
  };
}

function defaultRoutes(port: RouterPort, name: string, ipv6Gateway: string): DesiredRoute[] {
  const named = port.subnets.flatMap(({ id, gateway_ip }) =>
    gateway_ip && port.fixed_ips.some(({ subnet_id }) => subnet_id === id) ? [gateway_ip] : [],
  );
  const lacking = ipv6Gateway !== '' && !named.some((gateway) => versionOf(gateway) === 6);
  // Of several subnets' gateways the last one is taken: there is one default route.
  const gateways = new Map([...named, ...(lacking ? [ipv6Gateway] : [])].map((via) => [versionOf(via), via]));
  return [...gateways].map(([family, via]) => ({
    destination: family === 4 ? '0.0.0.0/0' : '::/0',
    via,
    device: name,
  }));
}

const PRIORITY = 50;

const desiredHa = (router: RouterInfo, port: RouterPort): DesiredHa => ({
  device: device(port, haDeviceName(port.id)),
  vrId: router.ha_vr_id ?? 0,
  priority: PRIORITY,
  primaryAddress: primaryAddress(
    router.ha_vr_id ?? 0,
    port.subnets.map(({ cidr }) => cidr),
  ),
  wired: port.status === 'ACTIVE',
});

/**
 * Turns what the server says of a router into what its namespace should hold. Pure.
 * @param ipv6Gateway link-local address of the IPv6 gateway outside, where a router's subnets name none; '' for none
 */
export function desiredRouter(
  router: RouterInfo,
  ipv6Gateway = '',
  forwardings: readonly Forwarding[] = [],
): DesiredRouter {
  const floatingIps = (router._floatingips ?? [])
    .filter((floating) => floating.fixed_ip_address)
    .map((floating) => ({
      id: floating.id,
      address: floating.floating_ip_address,
      fixedAddress: floating.fixed_ip_address!,
      scope: floating.fixed_ip_address_scope ?? null,
      status: floating.status,
    }))
    .sort((a, b) => a.address.localeCompare(b.address));
  const port = router.gw_port ?? undefined;
  const gatewayName = port && gatewayDeviceName(port.id);
  const outside = port && gatewayName ? defaultRoutes(port, gatewayName, ipv6Gateway) : [];
  return {
    id: router.id,
    netns: routerNamespace(router.id),
    interfaces: (router._interfaces ?? [])
      .filter((candidate) => candidate.admin_state_up)
      .map((candidate) => device(candidate, routerDeviceName(candidate.id))),
    ...(port && gatewayName
      ? {
          gateway: gatewayDevice(port, gatewayName, [
            ...new Set([...floatingIps, ...forwardings].map(({ address }) => `${address}/32`)),
          ]),
        }
      : {}),
    gatewayAddresses: port ? port.fixed_ips.map((fixed) => fixed.ip_address) : [],
    snat: router.enable_snat ?? router.external_gateway_info?.enable_snat ?? true,
    floatingIps: port ? floatingIps : [],
    forwardings: port ? forwardings : [],
    routes: [
      ...outside,
      ...router.routes.map((route) => ({ destination: route.destination, via: route.nexthop })),
    ],
    advertised: advertisedDevices(router),
    learnsGateway: port !== undefined && !outside.some(({ via }) => versionOf(via) === 6),
    ...(router.ha && router._ha_interface ? { ha: desiredHa(router, router._ha_interface) } : {}),
  };
}
