import { noRouterBetween } from '../../../health/catalogue/path.ts';
import { routerWithoutGateway } from '../../../health/catalogue/routers.ts';
import { notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { versionOf } from '../../../net/address.ts';
import type { RouterPort } from '../../../rpc/l3plugin.ts';
import {
  type End,
  type Facts,
  labelOf,
  networkLabel,
  type TraceNetwork,
  type TraceRouter,
} from '../facts.ts';
import { bridgeHop } from '../hops/bridge.ts';
import type { Passing } from '../hops/filter.ts';
import { interfaceHop, routeHop, routerAbsent, translationHop } from '../hops/router.ts';
import { gatewayLook, routerAsker } from '../hops/services.ts';
import { tapHop } from '../hops/tap.ts';
import { type Hop, stops } from '../look.ts';
import { arrive, dead, LATER } from './ends.ts';
import { METADATA, metadataByRouter } from './metadata.ts';
import { fixedBehind, type Onward, onward, sourceAfter } from './routing.ts';
import { acrossNetwork, lanHop } from './within.ts';

/** The port of a router as one that a path may pass. */
const passed = (port: RouterPort) => ({ ...port, groups: [] });

export const floatingRouter = (facts: Facts, address: string): TraceRouter | undefined =>
  facts.routers.find((router) => fixedBehind(router, address) !== undefined);

export function noRouter(facts: Facts, network: TraceNetwork, to: End, subnet: string): Finding {
  const far = to.port && facts.networks.get(to.port.network_id);
  const target = far ? `network ${networkLabel(far)}` : to.address;
  return noRouterBetween.found({ from: networkLabel(network), to: target, subnet });
}

/** Into a router by one of its ports, and on to where the packet is for. */
export function throughRouter(
  facts: Facts,
  router: TraceRouter,
  entered: RouterPort,
  packet: Passing,
  to: End,
): Hop[] {
  const label = labelOf(router.info);
  const absent = routerAbsent(facts, router);
  if (absent || router.host === null) return absent ? [dead(`router ${label}`, router.host, absent)] : [];
  const at = { router, host: router.host };
  const fromOutside = entered.id === router.info.gw_port?.id;
  const fixed = fixedBehind(router, packet.destination);
  const enters = [
    tapHop(facts, passed(entered), at.host, LATER),
    interfaceHop(at, entered, fromOutside && fixed ? packet.destination : undefined),
  ];
  if (to.address === METADATA) return [...enters, metadataByRouter(at.host, router.info.id)];
  const destination = fixed ?? packet.destination;
  const next = onward(router, destination);
  const isPrivate = to.port !== undefined && to.floating === undefined;
  if (next === undefined || (isPrivate && next.destination === 'default')) {
    const network = facts.networks.get(entered.network_id)!;
    const where = { subject: { resource: 'router', id: router.info.id } };
    const finding = isPrivate
      ? noRouter(facts, network, to, entered.subnets[0]?.id ?? network.id)
      : stops(routerWithoutGateway.found({ router: router.info.id }, where));
    return [...enters, dead(`router ${label}, route`, at.host, finding)];
  }
  const out = next.port;
  const translated = fixed !== undefined;
  const source = sourceAfter(router, packet.source, { out, from: entered, translated });
  const after = { ...packet, source, destination };
  const leavesOutside = out.id === router.info.gw_port?.id;
  const translates =
    (leavesOutside || source !== packet.source || translated) && versionOf(destination) === 4;
  const { question } = packet;
  const translation = { before: packet, after, question, in: entered, out, fromOutside };
  const floating = leavesOutside && source !== packet.source && fixedBehind(router, source) !== undefined;
  return [
    ...enters,
    ...(translates ? [translationHop(at, translation)] : []),
    routeHop(at, destination, next),
    ...(out.id === entered.id
      ? []
      : [interfaceHop(at, out, floating ? source : undefined), tapHop(facts, passed(out), at.host, LATER)]),
    ...beyond(facts, router, next, after, to),
  ];
}

/** From a router's port to the machine, to the next router of ours, or to the LAN. */
function beyond(
  facts: Facts,
  router: TraceRouter,
  { port: out, via }: Onward,
  packet: Passing,
  to: End,
): Hop[] {
  const own = passed(out);
  if (to.port && packet.destination === to.address) {
    if (out.network_id === to.port.network_id)
      return [...acrossNetwork(facts, own, to.port), ...arrive(facts, to.port, packet)];
    return [unknown(`router ${via}, to ${to.address}`, 'the way behind an extra route is not known')];
  }
  const other = to.floating === undefined ? undefined : floatingRouter(facts, to.floating);
  if (other?.info.gw_port) {
    const entered = other.info.gw_port;
    return [
      ...acrossNetwork(facts, own, passed(entered)),
      ...throughRouter(facts, other, entered, packet, to),
    ];
  }
  const network = facts.networks.get(out.network_id)!;
  const next = via ?? packet.destination;
  const observed =
    out.id === router.info.gw_port?.id && versionOf(next) === 4
      ? gatewayLook(routerAsker(router, out, router.host!), {
          gateway: next,
          subnet: out.subnets[0]?.id ?? networkLabel(network),
          ...(next !== packet.destination && packet.question.protocol === 'icmp'
            ? { target: packet.destination }
            : {}),
        })
      : 'it is not asked';
  return [bridgeHop(facts, network, router.host!), lanHop(next, packet.destination, network, observed)];
}

/** Where the path goes on, and nobody here knows how. */
const unknown = (name: string, why: string): Hop => ({
  name,
  host: null,
  intended: notChecked(why),
  installed: why,
  observed: why,
});
