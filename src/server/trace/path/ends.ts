import { portWithoutAddress } from '../../../health/catalogue/ports.ts';
import { failing } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { versionOf } from '../../../net/address.ts';
import { DHCP_PORT } from '../../../net/deviceOwners.ts';
import { type End, type Facts, hostOf, isFiltered, labelOf, type TracePort } from '../facts.ts';
import { carrierOf } from '../hops/carrier.ts';
import { filterHop, type Passing } from '../hops/filter.ts';
import { interfaceHop } from '../hops/router.ts';
import { type Asker, dhcpAsker, dhcpHop, machineLook, routerAsker } from '../hops/services.ts';
import { tapHop } from '../hops/tap.ts';
import { type Hop, stops } from '../look.ts';
import { portsOf } from './routing.ts';

/** What a hop in the middle of a path says of what happens there. */
export const LATER = 'judged by the answer of the far end';

/** A hop beyond which there is no way. */
export const dead = (name: string, host: string | null, finding: Finding): Hop => ({
  name,
  host,
  intended: failing([finding]),
  installed: 'there is no way',
  observed: 'there is no way',
});

/** Of an end that has no address, why it is none; undefined when it has one. */
export function unusable(facts: Facts, { port, address }: End): Hop | undefined {
  if (!port || address !== '') return undefined;
  const finding = portWithoutAddress.found({ port: port.id, network: port.network_id });
  return dead(`port ${labelOf(port)}`, hostOf(facts, port), stops(finding));
}

/** Out of the machine of a port. */
export function leave(facts: Facts, port: TracePort, packet: Passing): Hop[] {
  const host = hostOf(facts, port);
  const tap = tapHop(facts, port, host, LATER);
  return host === null || !isFiltered(port) ? [tap] : [tap, filterHop(port, host, 'egress', packet)];
}

/**
 * Into the machine of a port.
 * @param asking who sent the packet on the same network
 */
export function arrive(facts: Facts, port: TracePort, packet: Passing, asking?: TracePort): Hop[] {
  const host = hostOf(facts, port);
  const observed =
    versionOf(packet.destination) === 4 ? asked(facts, port, host, packet.destination) : 'IPv6 is not asked';
  const filter = host !== null && isFiltered(port) ? [filterHop(port, host, 'ingress', packet)] : [];
  return [...filter, tapHop(facts, port, host, observed), ...servedAt(facts, port, host, packet, asking)];
}

function asked(facts: Facts, port: TracePort, host: string | null, address: string): Hop['observed'] {
  const asker = askerOn(facts, port);
  const network = facts.networks.get(port.network_id);
  if (!asker || host === null || !network) return 'nothing of ours is on its network that could ask it';
  const carrier = carrierOf(facts, network, host);
  const tunnel = carrier?.tunnel ? (carrier.uplink ?? undefined) : undefined;
  return machineLook(asker, address, { port, tunnel, host });
}

/** What a port of Neutron's own does with a packet. */
function servedAt(
  facts: Facts,
  port: TracePort,
  host: string | null,
  { question }: Passing,
  asking: TracePort | undefined,
): Hop[] {
  if (host === null) return [];
  const router = facts.routers.find(({ info }) => info.id === port.device_id);
  const own = router && portsOf(router).find(({ id }) => id === port.id);
  if (router && own) return [interfaceHop({ router, host }, own, undefined)];
  const network = facts.networks.get(port.network_id);
  const isDhcp = port.device_owner === DHCP_PORT && question.protocol === 'udp' && question.port === 67;
  return isDhcp && network && asking ? [dhcpHop(network, host, asking)] : [];
}

/** The DHCP server's port on a network, where there is one at work. */
export const dhcpPortOn = (facts: Facts, networkId: string): TracePort | undefined =>
  facts.ports.find(
    (port) =>
      port.network_id === networkId && port.device_owner === DHCP_PORT && hostOf(facts, port) !== null,
  );

/** Who could ask a port on its own network: a DHCP server, else a router. */
export function askerOn(facts: Facts, { network_id, id }: TracePort): Asker | undefined {
  const dhcp = dhcpPortOn(facts, network_id);
  if (dhcp && dhcp.id !== id) return dhcpAsker(dhcp, hostOf(facts, dhcp)!);
  for (const router of facts.routers) {
    const port = portsOf(router).find((own) => own.network_id === network_id && own.id !== id);
    if (port && router.host) return routerAsker(router, port, router.host);
  }
  return undefined;
}
