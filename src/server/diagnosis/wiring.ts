import { AGENT_TYPE, tunnelTypes } from '../ml2/mechanisms/linuxbridge.ts';
import type { ReportingAgent } from '../services/agents/reporting.ts';
import type { Model } from './model/index.ts';

/** What each Linux bridge agent that is alive is compared with: what all of them report, and what networks need. */
export interface Wiring {
  readonly tunnelTypes: ReadonlySet<string>;
  readonly hostsByTunnelAddress: ReadonlyMap<string, readonly string[]>;
  /** Whether one at least listens to l2population. */
  readonly someListen: boolean;
  /** Names that networks have. */
  readonly physicalNetworks: ReadonlySet<string>;
}

/** Empty for one without. */
export const tunnelAddress = ({ configurations }: ReportingAgent): string =>
  typeof configurations.tunneling_ip === 'string' ? configurations.tunneling_ip : '';

function wiring({ agents, networks }: Model): Wiring {
  const living = agents.filter(({ agentType, alive }) => agentType === AGENT_TYPE && alive);
  const withTunnel = Map.groupBy(
    living.filter((agent) => tunnelAddress(agent) !== ''),
    tunnelAddress,
  );
  return {
    tunnelTypes: new Set(living.flatMap(({ configurations }) => tunnelTypes(configurations))),
    hostsByTunnelAddress: new Map(
      [...withTunnel].map(([address, some]) => [address, some.map(({ host }) => host)]),
    ),
    someListen: living.some(({ configurations }) => configurations.l2_population === true),
    physicalNetworks: new Set(
      [...networks.values()].flatMap(({ segments }) => segments.flatMap((one) => one.physical_network ?? [])),
    ),
  };
}

const known = new WeakMap<Model, Wiring>();

/** Found once for a model: with five hundred agents, comparing each with each was most of a look at all of them. */
export function wiringOf(model: Model): Wiring {
  const found = known.get(model) ?? wiring(model);
  known.set(model, found);
  return found;
}
