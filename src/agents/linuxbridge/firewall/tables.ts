import { type Chains, comment, frame, type Tables, wrapped } from '../../../linux/iptables/index.ts';
import type { Annotate } from './comments.ts';
import { FALLBACK, type FilterInput, GROUPS, portChain, portChains, WRAP } from './portChains.ts';

export interface Filtered extends FilterInput {
  readonly bridge: string;
  /** Conntrack zone of the port's network. */
  readonly zone: number;
  /** Its connections are tracked, so that answers need no rule. */
  readonly stateful: boolean;
}

export interface FirewallState {
  /** Ports that groups filter, in the order of their chains. */
  readonly filtered: readonly Filtered[];
  /** Devices of DHCP's and routers' ports. */
  readonly trusted: readonly string[];
  /** Devices of ports whose port security is off. */
  readonly unsecured: readonly string[];
  readonly annotate: Annotate;
}

const jump = (chain: string) => `-j ${wrapped(WRAP, chain)}`;
const outOf = (device: string) => `-m physdev --physdev-out ${device} --physdev-is-bridged`;
const into = (device: string) => `-m physdev --physdev-in ${device} --physdev-is-bridged`;

/** All packet filters of this host in one family, as Neutron's iptables driver writes them. */
export function firewallTables(state: FirewallState, family: 4 | 6): Tables {
  return frame(WRAP, family, { filter: filterChains(state, family), raw: rawChains(state) });
}

function filterChains(state: FirewallState, family: 4 | 6): Chains {
  const { annotate, filtered, trusted, unsecured } = state;
  const devices = filtered.map(({ port }) => port.device);
  return {
    FORWARD: [
      ...devices.flatMap((device) => [
        annotate(outOf(device), 'vmToGroups', jump(GROUPS)),
        annotate(into(device), 'vmToGroups', jump(GROUPS)),
      ]),
      ...trusted.flatMap((device) => [
        annotate(outOf(device), 'trusted', '-j ACCEPT'),
        annotate(into(device), 'trusted', '-j ACCEPT'),
      ]),
      ...unsecured.flatMap((device) => [
        annotate(outOf(device), 'unsecured', '-j ACCEPT'),
        annotate(into(device), 'unsecured', '-j ACCEPT'),
      ]),
    ],
    INPUT: [
      ...devices.map((device) => annotate(into(device), 'inputToGroups', jump(portChain('o', device)))),
      ...unsecured.map((device) => annotate(into(device), 'unsecured', '-j ACCEPT')),
    ],
    [GROUPS]: [
      ...devices.flatMap((device) => [
        annotate(outOf(device), 'groupsToVm', jump(portChain('i', device))),
        annotate(into(device), 'groupsToVm', jump(portChain('o', device))),
      ]),
      '-j ACCEPT',
    ],
    [FALLBACK]: [annotate('', 'unmatchedDrop', '-j DROP')],
    ...Object.assign({}, ...filtered.map((port) => portChains(port, family))),
  };
}

/**
 * Connections of each network are tracked in a zone of their own; a network with stateless ports only is not tracked.
 * The first target that fits a packet holds and a network's bridge fits all of its packets: stateful ports come first,
 * or one stateless port would cut the others' connections.
 */
function rawChains({ filtered }: FirewallState): Chains {
  const ordered = filtered.toSorted((a, b) => Number(b.stateful) - Number(a.stateful));
  return {
    PREROUTING: ordered.flatMap(({ port, bridge, zone, stateful }) => {
      const name = commented(port.device);
      const target = stateful
        ? `${comment(`Set zone for ${name}`)} -j CT --zone ${zone}`
        : `${comment(`Make ${name} stateless`)} -j CT --notrack`;
      return [
        `-m physdev --physdev-in ${bridge} ${target}`,
        `-i ${bridge} ${target}`,
        `-m physdev --physdev-in ${port.device} ${target}`,
      ];
    }),
  };
}

/** Neutron cuts one character too many off the tap's name. */
const commented = (device: string) => device.slice(4);
