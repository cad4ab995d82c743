import { gatewayOfNobody, noFloatingIp } from '../../health/catalogue/path.ts';
import { versionOf } from '../../net/address.ts';
import { cidrContains } from '../../net/cidr.ts';
import type { TracePort } from './facts.ts';
import { type End, type Facts, hostOf, labelOf, networkLabel, type Question } from './facts.ts';
import { bridgeHop } from './hops/bridge.ts';
import type { Passing } from './hops/filter.ts';
import { gatewayLook, routerAsker } from './hops/services.ts';
import type { Hop } from './look.ts';
import { arrive, dead, leave, unusable } from './path/ends.ts';
import { METADATA, metadataByDhcp } from './path/metadata.ts';
import { floatingOf } from './path/routing.ts';
import { floatingRouter, noRouter, throughRouter } from './path/through.ts';
import { acrossNetwork, lanHop, onLan } from './path/within.ts';

/**
 * Every hop from one end to the other, in the order in which a packet passes them. Pure: what is intended is computed
 * from the facts, what must be asked is returned as questions.
 */
export function pathOf(facts: Facts, from: End, to: End, question: Question): readonly Hop[] {
  const missing = unusable(facts, from) ?? unusable(facts, to);
  if (missing) return [missing];
  const packet = { source: from.address, destination: to.floating ?? to.address, question };
  if (!from.port) return to.port ? fromOutside(facts, packet, { ...to, port: to.port }) : [];
  const start = leave(facts, from.port, packet);
  if (to.floating === undefined && to.port?.network_id === from.port.network_id)
    return [
      ...start,
      ...acrossNetwork(facts, from.port, to.port),
      ...arrive(facts, to.port, packet, from.port),
    ];
  return [...start, ...throughGateway(facts, from.port, packet, to)];
}

/** What leaves its network goes to the subnet's gateway: a router of ours, or one of the LAN. */
function throughGateway(facts: Facts, port: TracePort, packet: Passing, to: End): Hop[] {
  const network = facts.networks.get(port.network_id)!;
  const owner = to.floating === undefined ? undefined : floatingRouter(facts, to.floating);
  if (owner?.info.gw_port?.network_id === network.id) {
    const entered = owner.info.gw_port;
    return [
      ...acrossNetwork(facts, port, { ...entered, groups: [] }),
      ...throughRouter(facts, owner, entered, packet, to),
    ];
  }
  const { destination } = packet;
  const pings = packet.question.protocol === 'icmp';
  const onLink = network.subnets.some(({ cidr }) => cidrContains(cidr, destination));
  if (onLink && !to.port)
    return onLan(facts, network, port, { next: destination, target: destination, pings });
  const own = port.fixed_ips.find(({ ip_address }) => ip_address === packet.source)?.subnet_id;
  const subnet = network.subnets.find(({ id }) => id === own);
  const gateway = subnet?.gateway_ip ?? null;
  const interfaces = facts.routers.flatMap((router) =>
    (router.info._interfaces ?? [])
      .filter(({ network_id }) => network_id === network.id)
      .map((entered) => ({ router, entered })),
  );
  const found = interfaces.find(({ entered }) =>
    entered.fixed_ips.some(({ ip_address }) => ip_address === gateway),
  );
  if (found) {
    const { router, entered } = found;
    return [
      ...(router.host === null ? [] : acrossNetwork(facts, port, { ...entered, groups: [] })),
      ...throughRouter(facts, router, entered, packet, to),
    ];
  }
  if (to.address === METADATA) return metadataByDhcp(facts, network, port, packet);
  if (interfaces.length > 0 && subnet && gateway !== null) {
    const label = subnet.name || subnet.id;
    return [dead(`gateway of subnet ${label}`, null, gatewayOfNobody.found({ subnet: label, gateway }))];
  }
  if (gateway !== null && network.segment?.physical_network && !to.port)
    return onLan(facts, network, port, { next: gateway, target: destination, pings });
  const finding = noRouter(facts, network, to, subnet?.id ?? network.id);
  return [dead('router', null, finding)];
}

/** From an address outside: to a floating IP, or to a port that is itself on the LAN. */
function fromOutside(facts: Facts, asked: Passing, to: End & { readonly port: TracePort }): Hop[] {
  const { port } = to;
  const floating = to.floating ?? facts.routers.map((one) => floatingOf(one, to.address)).find(Boolean);
  const router = floating === undefined ? undefined : floatingRouter(facts, floating);
  const entered = router?.info.gw_port;
  if (floating !== undefined && router && entered) {
    const packet = { ...asked, destination: floating };
    const through = throughRouter(facts, router, entered, packet, { ...to, floating });
    if (router.host === null || !router.info.admin_state_up) return through;
    const network = facts.networks.get(entered.network_id)!;
    const named = entered.subnets.find(({ gateway_ip, cidr }) => gateway_ip && versionOf(cidr) === 4);
    const near = entered.subnets.some(({ cidr }) => cidrContains(cidr, packet.source));
    const next = near ? packet.source : (named?.gateway_ip ?? null);
    const observed =
      next === null
        ? 'the external subnet names no gateway'
        : gatewayLook(routerAsker(router, entered, router.host), {
            gateway: next,
            subnet: named?.id ?? networkLabel(network),
          });
    return [
      lanHop(next ?? packet.source, packet.source, network, observed),
      bridgeHop(facts, network, router.host),
      ...through,
    ];
  }
  const network = facts.networks.get(port.network_id)!;
  const host = hostOf(facts, port);
  if (network.segment?.physical_network && host !== null)
    return [bridgeHop(facts, network, host), ...arrive(facts, port, asked)];
  const where = { subject: { resource: 'port', id: port.id } };
  const finding = noFloatingIp.found({ address: to.address, port: port.id }, where);
  return [dead(`the way in to port ${labelOf(port)}`, host, finding)];
}
