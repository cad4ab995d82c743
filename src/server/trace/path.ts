import { networkWithoutDhcpAgent } from '../../health/catalogue/networks.ts';
import * as catalogue from '../../health/catalogue/path.ts';
import { portWithoutAddress } from '../../health/catalogue/ports.ts';
import { routerWithoutGateway } from '../../health/catalogue/routers.ts';
import { failing } from '../../health/checks.ts';
import type { Finding } from '../../health/finding.ts';
import { cidrContains } from '../../net/cidr.ts';
import { dhcpNamespace, routerNamespace } from '../../net/names.ts';
import type { SubnetDict } from '../../rpc/dicts.ts';
import type { RouterPort } from '../../rpc/l3plugin.ts';
import {
  type End,
  type Facts,
  familyOf,
  hostOf,
  isFiltered,
  labelOf,
  networkLabel,
  type Question,
  type TraceNetwork,
  type TracePort,
  type TraceRouter,
} from './facts.ts';
import { bridgeHop } from './hops/bridge.ts';
import { filterHop, type Passing } from './hops/filter.ts';
import { interfaceHop, routeHop, routerAbsent, translationHop } from './hops/router.ts';
import {
  type Asker,
  dhcpAsker,
  dhcpHop,
  gatewayLook,
  machineLook,
  metadataHop,
  routerAsker,
} from './hops/services.ts';
import { tapHop } from './hops/tap.ts';
import { tunnelHop } from './hops/tunnel.ts';
import { carrierOf } from './layer2.ts';
import { type Hop, stops } from './look.ts';
import { type Addresses, fixedBehind, onward, portsOf, sourceAfter } from './routing.ts';

export const METADATA = '169.254.169.254';

/** A packet on its way: who sent it last, by which port and on which host it is, and its addresses now. */
interface Packet extends Addresses {
  readonly question: Question;
}

/**
 * Every hop from one end to the other, in the order in which a packet passes them. Pure: what is intended is computed
 * from the facts, what must be asked is returned as questions.
 */
export function pathOf(facts: Facts, from: End, to: End, question: Question): readonly Hop[] {
  const packet = { source: from.address, destination: to.floating ?? to.address, question };
  if (!from.port) return to.port ? fromOutside(facts, packet, to as End & { port: TracePort }) : [];
  const missing =
    unusable(facts, from.port, from.address) ?? (to.port && unusable(facts, to.port, to.address));
  if (missing) return [missing];
  const start = leave(facts, from.port, packet);
  if (to.floating === undefined && to.port?.network_id === from.port.network_id)
    return [
      ...start,
      ...acrossNetwork(facts, from.port, to.port),
      ...arrive(facts, to.port, packet, from.port),
    ];
  return [...start, ...throughGateway(facts, from.port, packet, to)];
}

/** Ports that cannot be an end. */
function unusable(facts: Facts, port: TracePort, address: string): Hop | undefined {
  if (address !== '') return undefined;
  const finding = portWithoutAddress.found({ port: port.id, network: port.network_id });
  return dead(`port ${labelOf(port)}`, hostOf(facts, port), stops(finding));
}

/** A hop beyond which there is no way. */
const dead = (name: string, host: string | null, finding: Finding): Hop => ({
  name,
  host,
  intended: failing([finding]),
  installed: 'there is no way',
  observed: 'there is no way',
});

function leave(facts: Facts, port: TracePort, packet: Packet): Hop[] {
  const host = hostOf(facts, port);
  const tap = tapHop(facts, port, host, 'what it sends is judged by the hops behind it');
  return host === null || !isFiltered(port) ? [tap] : [tap, filterHop(port, host, 'egress', packet)];
}

function arrive(facts: Facts, port: TracePort, packet: Passing, asking: TracePort | undefined): Hop[] {
  const host = hostOf(facts, port);
  const asker = askerOn(facts, port);
  const network = facts.networks.get(port.network_id);
  const tunnel =
    host && network
      ? carrierOf(facts, network, host)?.tunnel && carrierOf(facts, network, host)?.uplink
      : null;
  const observed =
    asker && host
      ? machineLook(asker, packet.destination, { port, tunnel: tunnel ?? undefined, host })
      : 'nothing of ours is on its network that could ask it';
  const tap = tapHop(facts, port, host, familyOf(packet.destination) === 4 ? observed : 'IPv6 is not asked');
  const filter = host !== null && isFiltered(port) ? [filterHop(port, host, 'ingress', packet)] : [];
  return [...filter, tap, ...servedAt(facts, port, host, packet, asking)];
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
  const isDhcp = port.device_owner === 'network:dhcp' && question.protocol === 'udp' && question.port === 67;
  return isDhcp && network && asking ? [dhcpHop(network, host, asking)] : [];
}

/** Who could ask a port on its own network: a DHCP server, else a router. */
function askerOn(facts: Facts, { network_id, id }: TracePort): Asker | undefined {
  const dhcp = facts.ports.find(
    (port) =>
      port.network_id === network_id &&
      port.device_owner === 'network:dhcp' &&
      port.id !== id &&
      hostOf(facts, port),
  );
  if (dhcp) return dhcpAsker(dhcp, hostOf(facts, dhcp)!);
  for (const router of facts.routers) {
    const port = portsOf(router).find((own) => own.network_id === network_id && own.id !== id);
    if (port && router.host) return routerAsker(router, port, router.host);
  }
  return undefined;
}

/** What carries a packet from one port of a network to another one. */
function acrossNetwork(facts: Facts, from: TracePort, to: TracePort): Hop[] {
  const network = facts.networks.get(from.network_id);
  const here = hostOf(facts, from);
  const there = hostOf(facts, to);
  if (!network || here === null || there === null) return [];
  if (here === there) return [bridgeHop(facts, network, here)];
  const tunnelled = network.segment?.network_type === 'vxlan';
  const tunnel = (back: boolean) => {
    const [start, end, port] = back ? [there, here, from] : [here, there, to];
    return tunnelled ? [tunnelHop(facts, network, { from: start, to: end, port, back })] : [];
  };
  return [
    bridgeHop(facts, network, here),
    ...tunnel(false),
    bridgeHop(facts, network, there),
    ...tunnel(true),
  ];
}

const subnetOf = (
  network: TraceNetwork | undefined,
  port: TracePort,
  address: string,
): SubnetDict | undefined => {
  const id = port.fixed_ips.find(({ ip_address }) => ip_address === address)?.subnet_id;
  return network?.subnets.find((subnet) => subnet.id === id);
};

/** What leaves its network goes to the subnet's gateway: a router of ours, or one of the LAN. */
function throughGateway(facts: Facts, port: TracePort, packet: Packet, to: End): Hop[] {
  const network = facts.networks.get(port.network_id)!;
  const subnet = subnetOf(network, port, packet.source);
  const onLink = network.subnets.some(({ cidr }) => cidrContains(cidr, packet.destination));
  if (onLink && !to.port) return onLan(facts, network, port, packet.destination, packet.destination);
  const interfaces = facts.routers.flatMap((router) =>
    (router.info._interfaces ?? [])
      .filter((one) => one.network_id === network.id)
      .map((own) => ({ router, own })),
  );
  const gateway = subnet?.gateway_ip ?? null;
  const found = interfaces.find(({ own }) => own.fixed_ips.some(({ ip_address }) => ip_address === gateway));
  if (found) {
    const own = { ...found.own, groups: [] };
    return [
      ...acrossNetwork(facts, port, own),
      tapHop(facts, own, found.router.host, 'judged by the answer of the far end'),
      ...throughRouter(facts, found.router, found.own, packet, to),
    ];
  }
  if (to.address === METADATA) return metadataByDhcp(facts, network, port, packet);
  const label = subnet && (subnet.name || subnet.id);
  if (interfaces.length > 0 && gateway !== null)
    return [
      dead(`gateway of subnet ${label}`, null, catalogue.gatewayOfNobody.found({ subnet: label!, gateway })),
    ];
  if (gateway !== null && network.segment?.physical_network && !to.port)
    return onLan(facts, network, port, gateway, packet.destination);
  return [dead('router', null, noRouter(facts, network, to, label ?? network.id))];
}

function noRouter(facts: Facts, network: TraceNetwork, to: End, subnet: string): Finding {
  const far = to.port && facts.networks.get(to.port.network_id);
  const target = far ? `network ${networkLabel(far)}` : to.address;
  return catalogue.noRouterBetween.found({ from: networkLabel(network), to: target, subnet });
}

/** From a port of a provider network to the physical LAN: to a machine there, or to its gateway. */
function onLan(facts: Facts, network: TraceNetwork, port: TracePort, next: string, target: string): Hop[] {
  const host = hostOf(facts, port);
  if (host === null) return [];
  const asker = askerOn(facts, port);
  const subnet = network.subnets.find(({ cidr }) => cidrContains(cidr, next));
  const observed = asker
    ? gatewayLook(asker, {
        gateway: next,
        subnet: subnet ? subnet.name || subnet.id : networkLabel(network),
        ...(target === next ? {} : { target }),
      })
    : 'nothing of ours is on this LAN that could ask';
  return [bridgeHop(facts, network, host), lanHop(next, target, network, observed)];
}

const lanHop = (next: string, target: string, network: TraceNetwork, observed: Hop['observed']): Hop => ({
  name:
    next === target
      ? `${target} on the LAN of network ${networkLabel(network)}`
      : `gateway ${next}, to ${target}`,
  host: null,
  intended: { result: 'pass', evidence: [`on the LAN of network ${networkLabel(network)}`] },
  installed: 'it is no host of this deployment',
  observed,
});

/** Into a router by one of its ports, and on to where the packet is for. */
function throughRouter(
  facts: Facts,
  router: TraceRouter,
  entered: RouterPort,
  packet: Packet,
  to: End,
): Hop[] {
  const label = labelOf(router.info);
  const absent = routerAbsent(facts, router);
  if (absent) return [dead(`router ${label}`, router.host, absent)];
  const at = { router, host: router.host! };
  const fromOutside = entered.id === router.info.gw_port?.id;
  const fixed = fixedBehind(router, packet.destination);
  const enters = interfaceHop(at, entered, fromOutside && fixed ? packet.destination : undefined);
  if (to.address === METADATA) return [enters, ...metadataByRouter(at)];
  const destination = fixed ?? packet.destination;
  const next = onward(router, destination);
  const isPrivate = to.port !== undefined && to.floating === undefined;
  if (next === undefined || (isPrivate && next.destination === 'default')) {
    const network = facts.networks.get(entered.network_id)!;
    const subnet = entered.subnets[0]?.id ?? network.id;
    const finding = isPrivate
      ? noRouter(facts, network, to, subnet)
      : stops(routerWithoutGateway.found({ router: router.info.id }, ofRouter(router)));
    return [enters, dead(`router ${label}, route`, at.host, finding)];
  }
  const out = next.port;
  const translated = fixed !== undefined;
  const source = sourceAfter(router, packet.source, { out, from: entered, translated });
  const after = { ...packet, source, destination };
  const leavesOutside = out.id === router.info.gw_port?.id;
  const changes = leavesOutside || source !== packet.source || translated;
  const translation =
    changes && familyOf(destination) === 4
      ? [
          translationHop(at, {
            before: packet,
            after,
            question: packet.question,
            in: entered,
            out,
            fromOutside,
          }),
        ]
      : [];
  const floatingOut =
    leavesOutside && source !== packet.source && fixedBehind(router, source) ? source : undefined;
  const through = [
    enters,
    ...translation,
    routeHop(at, destination, next),
    ...(out.id === entered.id ? [] : [interfaceHop(at, out, floatingOut)]),
    tapHop(facts, { ...out, groups: [] }, at.host, 'judged by the answer of the far end'),
  ];
  return [...through, ...beyond(facts, router, next, after, to)];
}

/** From a router's port to the machine, to the next router, or outside. */
function beyond(
  facts: Facts,
  router: TraceRouter,
  { port: out, via }: { port: RouterPort; via: string | null },
  packet: Packet,
  to: End,
): Hop[] {
  const own = { ...out, groups: [] };
  const leavesOutside = out.id === router.info.gw_port?.id;
  if (to.port && packet.destination === to.address) {
    return out.network_id === to.port.network_id
      ? [...acrossNetwork(facts, own, to.port), ...arrive(facts, to.port, packet, undefined)]
      : [];
  }
  const other = to.floating === undefined ? undefined : floatingRouter(facts, to.floating);
  if (other?.info.gw_port && other.host) {
    const entered = other.info.gw_port;
    return [
      ...acrossNetwork(facts, own, { ...entered, groups: [] }),
      tapHop(facts, { ...entered, groups: [] }, other.host, 'judged by the answer of the far end'),
      ...throughRouter(facts, other, entered, packet, to),
    ];
  }
  const network = facts.networks.get(out.network_id)!;
  const next = via ?? packet.destination;
  const observed = leavesOutside
    ? gatewayLook(routerAsker(router, out, router.host!), {
        gateway: next,
        subnet: out.subnets[0]?.id ?? networkLabel(network),
        ...(next === packet.destination ? {} : { target: packet.destination }),
      })
    : 'it is no address outside';
  return [bridgeHop(facts, network, router.host!), lanHop(next, packet.destination, network, observed)];
}

const ofRouter = ({ info }: TraceRouter) => ({ subject: { resource: 'router', id: info.id } });

const floatingRouter = (facts: Facts, address: string): TraceRouter | undefined =>
  facts.routers.find((router) => fixedBehind(router, address) !== undefined);

/** From an address outside: to a floating IP, or to a port that is itself on the LAN. */
function fromOutside(facts: Facts, packet: Packet, to: End & { readonly port: TracePort }): Hop[] {
  const missing = unusable(facts, to.port, to.address);
  if (missing) return [missing];
  const router = to.floating === undefined ? undefined : floatingRouter(facts, to.floating);
  if (router) {
    const absent = routerAbsent(facts, router);
    const entered = router.info.gw_port;
    if (absent || !entered) return throughRouter(facts, router, portsOf(router)[0]!, packet, to);
    const network = facts.networks.get(entered.network_id)!;
    const gateway = entered.subnets.find(({ gateway_ip, cidr }) => gateway_ip && familyOf(cidr) === 4);
    const near = entered.subnets.some(({ cidr }) => cidrContains(cidr, packet.source));
    const next = near ? packet.source : (gateway?.gateway_ip ?? null);
    const observed =
      next === null
        ? 'the external subnet names no gateway'
        : gatewayLook(routerAsker(router, entered, router.host!), {
            gateway: next,
            subnet: gateway?.id ?? networkLabel(network),
          });
    return [
      lanHop(next ?? packet.source, packet.source, network, observed),
      bridgeHop(facts, network, router.host!),
      tapHop(facts, { ...entered, groups: [] }, router.host, 'judged by the answer of the far end'),
      ...throughRouter(facts, router, entered, packet, to),
    ];
  }
  const network = facts.networks.get(to.port.network_id)!;
  const host = hostOf(facts, to.port);
  if (network.segment?.physical_network && host !== null) {
    return [bridgeHop(facts, network, host), ...arrive(facts, to.port, packet, undefined)];
  }
  const finding = catalogue.noFloatingIp.found(
    { address: to.address, port: to.port.id },
    { subject: { resource: 'port', id: to.port.id } },
  );
  return [dead(`the way in to port ${labelOf(to.port)}`, host, finding)];
}

const PROXY_PORT = 9697;

const metadataByRouter = ({ router, host }: { router: TraceRouter; host: string }): Hop[] => [
  metadataHop('L3 agent', {
    host,
    netns: routerNamespace(router.info.id),
    address: '127.0.0.1',
    port: PROXY_PORT,
  }),
];

/** Where no router serves the subnet, the DHCP server's namespace takes requests for metadata. */
function metadataByDhcp(facts: Facts, network: TraceNetwork, port: TracePort, packet: Packet): Hop[] {
  const dhcp = facts.ports.find(
    (one) =>
      one.network_id === network.id && one.device_owner === 'network:dhcp' && hostOf(facts, one) !== null,
  );
  const finding = networkWithoutDhcpAgent.found({ network: network.id, agents: 'it has no DHCP port' });
  if (!dhcp) return [dead(`DHCP of network ${networkLabel(network)}`, null, finding)];
  const host = hostOf(facts, dhcp)!;
  return [
    ...acrossNetwork(facts, port, dhcp),
    ...arrive(facts, dhcp, { ...packet, destination: dhcp.fixed_ips[0]?.ip_address ?? '' }, port),
    metadataHop('DHCP agent', { host, netns: dhcpNamespace(network.id), address: METADATA, port: 80 }),
  ];
}
