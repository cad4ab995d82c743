import { versionOf } from '../../../net/address.ts';
import { cidrContains } from '../../../net/cidr.ts';
import { gatewayDeviceName, routerDeviceName } from '../../../net/names.ts';
import type { RouterPort } from '../../../rpc/l3plugin.ts';
import type { TraceRouter } from '../facts.ts';

/** Ports of a router that lead somewhere. */
export const portsOf = ({ info }: TraceRouter): readonly RouterPort[] => [
  ...(info._interfaces ?? []),
  ...(info.gw_port ? [info.gw_port] : []),
];

/** The name of a router's device in its namespace. */
export const deviceOf = ({ info }: TraceRouter, { id }: { readonly id: string }): string =>
  info.gw_port?.id === id ? gatewayDeviceName(id) : routerDeviceName(id);

/** Where a router sends a packet: by which of its ports, and to which router next; `via` null: to the machine itself. */
export interface Onward {
  readonly port: RouterPort;
  readonly via: string | null;
  /** What the route is for: a CIDR, or default. */
  readonly destination: string;
}

/** The router's way to an address by the database; undefined when it has none. */
export function onward(router: TraceRouter, to: string): Onward | undefined {
  const ports = portsOf(router);
  for (const port of ports)
    for (const { cidr } of [...port.subnets, ...port.extra_subnets])
      if (cidrContains(cidr, to)) return { port, via: null, destination: cidr };
  const extra = router.info.routes
    .filter(({ destination }) => cidrContains(destination, to))
    .toSorted((a, b) => prefixOf(b.destination) - prefixOf(a.destination))[0];
  if (extra) {
    const port = ports.find(({ subnets }) => subnets.some(({ cidr }) => cidrContains(cidr, extra.nexthop)));
    if (port) return { port, via: extra.nexthop, destination: extra.destination };
  }
  const gateway = router.info.gw_port ?? undefined;
  if (!gateway) return undefined;
  const named = gateway.subnets.find(
    ({ cidr, gateway_ip }) => gateway_ip && versionOf(cidr) === versionOf(to),
  );
  return { port: gateway, via: named?.gateway_ip ?? null, destination: 'default' };
}

const prefixOf = (cidr: string): number => Number(cidr.split('/')[1]);

/** A packet's addresses. */
export interface Addresses {
  readonly source: string;
  readonly destination: string;
}

/** The fixed address behind a floating IP of this router. */
export const fixedBehind = ({ info }: TraceRouter, address: string): string | undefined =>
  info._floatingips?.find((floating) => floating.floating_ip_address === address)?.fixed_ip_address ??
  undefined;

/** The floating IP of a fixed address behind this router. */
export const floatingOf = ({ info }: TraceRouter, address: string): string | undefined =>
  info._floatingips?.find((floating) => floating.fixed_ip_address === address)?.floating_ip_address;

/** The router's own address outside. */
const outerAddress = ({ info }: TraceRouter): string | undefined =>
  info.gw_port?.fixed_ips.find(({ ip_address }) => versionOf(ip_address) === 4)?.ip_address;

/**
 * The source that a packet leaves with, after a router's translation.
 * @param translated whether its destination was a floating IP of this router
 */
export function sourceAfter(
  router: TraceRouter,
  source: string,
  { out, from, translated }: { out: RouterPort; from: RouterPort; translated: boolean },
): string {
  const { info } = router;
  if (versionOf(source) === 6) return source;
  const outside = info.gw_port?.id;
  const leaves = out.id === outside;
  const hairpin = translated && from.id !== outside;
  if (!leaves && !hairpin) return source;
  const floating = floatingOf(router, source);
  if (floating) return floating;
  const snat = info.enable_snat ?? true;
  return (leaves && snat && from.id !== outside) || hairpin ? (outerAddress(router) ?? source) : source;
}
