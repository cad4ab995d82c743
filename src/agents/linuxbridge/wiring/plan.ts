import type { Sysctls } from '../../../linux/sysctl.ts';
import type { Settings } from '../settings.ts';
import { deviceOfAddress, type Host, type Links, membersOf } from './host.ts';
import { bridgeOf, type Network, type Port, Unwirable, type Uplink, uplinkOf } from './network.ts';
import { hasMovable, planMove } from './nicMove.ts';
import { isWanted, vxlanLine } from './vxlan.ts';

/** What brings a network, or its removal, about. Nothing in it when all is as it should be. */
export interface NetworkPlan {
  /** Lines of `ip`, one after the other; the first refused one ends it. */
  readonly lines: readonly string[];
  /** To be written afterwards. */
  readonly sysctls: Sysctls;
}

/** The bridge of a network and its way out of this host. Throws Unwirable. */
export function planNetwork(host: Host, network: Network, settings: Settings): NetworkPlan {
  const bridge = bridgeOf(network, settings);
  const uplink = uplinkOf(network, settings);
  const existing = host.links.get(bridge.name);
  const nic = uplink.kind === 'flat' ? host.links.get(uplink.device) : undefined;
  const carriesHost = uplink.kind === 'flat' && hasMovable(host, uplink.device);
  const make =
    existing || !bridge.ours
      ? []
      : [
          `link add ${bridge.name} type bridge forward_delay 0 stp_state 0`,
          ...(nic ? [`link set ${bridge.name} address ${nic.mac}`] : []),
        ];
  const correct =
    existing?.bridge && bridge.ours && existing.bridge.forwardDelay !== 0
      ? [`link set ${bridge.name} type bridge forward_delay 0`]
      : [];
  const raise = existing?.up ? [] : [`link set ${bridge.name} up`];
  const lines = [...make, ...correct, ...raise, ...planUplink(host, uplink, network, bridge.name, settings)];
  // No address of this host's own in networks of tenants; a bridge that takes over from a NIC needs all it had.
  const silent = [...(carriesHost ? [] : [bridge.name]), ...(uplink.kind === 'vxlan' ? [uplink.device] : [])];
  const made = silent.filter((device) => lines.some((line) => line.startsWith(`link add ${device} `)));
  return {
    lines,
    sysctls: Object.fromEntries(made.map((device) => [`net/ipv6/conf/${device}/disable_ipv6`, 1])),
  };
}

function planUplink(
  host: Host,
  uplink: Uplink,
  network: Network,
  bridge: string,
  settings: Settings,
): readonly string[] {
  if (uplink.kind === 'none') return [];
  const link = host.links.get(uplink.device);
  const join = link?.master === bridge ? [] : [`link set ${uplink.device} master ${bridge}`];
  const raise = link?.up ? [] : [`link set ${uplink.device} up`];
  switch (uplink.kind) {
    case 'flat':
      if (!link) throw new Unwirable(missing(uplink.device, network));
      return [...planMove(host, uplink.device, bridge, join), ...raise];
    case 'vlan': {
      const parent = host.links.get(uplink.parent);
      if (!parent) throw new Unwirable(missing(uplink.parent, network));
      const make = link
        ? []
        : [`link add link ${uplink.parent} name ${uplink.device} type vlan id ${uplink.vlan}`];
      return [...make, ...(parent.up ? [] : [`link set ${uplink.parent} up`]), ...join, ...raise];
    }
    case 'vxlan': {
      const vxlan = settings.vxlan!;
      const under = deviceOfAddress(host, vxlan.localIp, settings.interfaces.values());
      if (under === undefined) {
        throw new Unwirable(
          `Network ${network.id} cannot be tunnelled: [vxlan] local_ip ${vxlan.localIp} is no longer on this host.`,
        );
      }
      const keep = link !== undefined && isWanted(link, uplink.vni, vxlan);
      const make = vxlanLine(uplink.device, uplink.vni, under, vxlan);
      if (keep) return [...join, ...raise];
      return [
        ...(link ? [`link del ${uplink.device}`] : []),
        make,
        `link set ${uplink.device} master ${bridge}`,
        `link set ${uplink.device} up`,
      ];
    }
  }
}

const missing = (device: string, network: Network) =>
  `Network ${network.id} cannot be wired: the interface ${device} of physical network ${network.physicalNetwork} is gone.`;

/** Lines for a network's ports and MTUs; each stands alone, so that one that vanished holds up no other. */
export function planPorts(
  links: Links,
  network: Network,
  ports: readonly Port[],
  settings: Settings,
): readonly { readonly device: string; readonly line: string }[] {
  const bridge = bridgeOf(network, settings).name;
  const uplink = uplinkOf(network, settings);
  const plan: { device: string; line: string }[] = [];
  for (const port of ports) {
    const link = links.get(port.device);
    if (!link) continue;
    const add = (line: string) => plan.push({ device: port.device, line: `link set ${port.device} ${line}` });
    if (link.mtu !== network.mtu && network.mtu > 0) add(`mtu ${network.mtu}`);
    if (port.membership === 'join' && link.master !== bridge) add(`master ${bridge}`);
    if (port.membership === 'leave' && link.master === bridge) add('nomaster');
    if (link.up !== port.adminStateUp) add(port.adminStateUp ? 'up' : 'down');
  }
  if (uplink.kind === 'vxlan') {
    const link = links.get(uplink.device);
    if (network.mtu > 0 && link?.mtu !== network.mtu) {
      plan.push({ device: uplink.device, line: `link set ${uplink.device} mtu ${network.mtu}` });
    }
  }
  return plan;
}

/**
 * Removes a network's bridge and way out; what the NIC lent to the bridge returns to the NIC. Nothing while a port is
 * still in the bridge, or when the bridge is the operator's.
 */
export function planRemoval(host: Host, bridge: string, settings: Settings): readonly string[] {
  if ([...settings.bridges.values()].includes(bridge) || !host.links.has(bridge)) return [];
  const members = membersOf(host, bridge);
  const nics = new Set(settings.interfaces.values());
  const made = members.filter((link) => link.kind === 'vxlan' || link.kind === 'vlan');
  const lent = members.filter((link) => nics.has(link.name));
  if (members.length > made.length + lent.length) return [];
  return [
    ...lent.flatMap((nic) => planMove(host, bridge, nic.name, [`link set ${nic.name} nomaster`])),
    ...made.map((link) => `link del ${link.name}`),
    `link set ${bridge} down`,
    `link del ${bridge}`,
  ];
}
