import { pass } from '../../../health/checks.ts';
import { cidrContains } from '../../../net/cidr.ts';
import { type Facts, hostOf, networkLabel, type TraceNetwork, type TracePort } from '../facts.ts';
import { bridgeHop } from '../hops/bridge.ts';
import { gatewayLook } from '../hops/services.ts';
import { tunnelHop } from '../hops/tunnel.ts';
import type { Hop } from '../look.ts';
import { askerOn } from './ends.ts';

/** What carries a packet from one port of a network to another one, and the answer back. */
export function acrossNetwork(facts: Facts, from: TracePort, to: TracePort): Hop[] {
  const network = facts.networks.get(from.network_id);
  const here = hostOf(facts, from);
  const there = hostOf(facts, to);
  if (!network || here === null || there === null) return [];
  if (here === there) return [bridgeHop(facts, network, here)];
  const tunnel = (start: string, end: string, port: TracePort, back: boolean) =>
    network.segment?.network_type === 'vxlan'
      ? [tunnelHop(facts, network, { from: start, to: end, port, back })]
      : [];
  return [
    bridgeHop(facts, network, here),
    ...tunnel(here, there, to, false),
    bridgeHop(facts, network, there),
    ...tunnel(there, here, from, true),
  ];
}

/** An address on the physical LAN of a network, or the gateway there that leads to it. */
export const lanHop = (
  next: string,
  target: string,
  network: TraceNetwork,
  observed: Hop['observed'],
): Hop => ({
  name:
    next === target
      ? `${target} on the LAN of network ${networkLabel(network)}`
      : `gateway ${next} on the LAN of network ${networkLabel(network)}, to ${target}`,
  host: null,
  intended: pass(`on the LAN of network ${networkLabel(network)}`),
  installed: 'it is no host of this deployment',
  observed,
});

/** From a port of a provider network to the physical LAN: to a machine there, or to its gateway. */
export function onLan(
  facts: Facts,
  network: TraceNetwork,
  port: TracePort,
  { next, target, pings }: { next: string; target: string; pings: boolean },
): Hop[] {
  const host = hostOf(facts, port);
  if (host === null) return [];
  const asker = askerOn(facts, port);
  const subnet = network.subnets.find(({ cidr }) => cidrContains(cidr, next));
  const observed = asker
    ? gatewayLook(asker, {
        gateway: next,
        subnet: subnet?.id ?? networkLabel(network),
        ...(target !== next && pings ? { target } : {}),
      })
    : 'nothing of ours is on this LAN that could ask';
  return [bridgeHop(facts, network, host), lanHop(next, target, network, observed)];
}
