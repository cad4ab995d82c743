import { nearest } from '../../config/nearest.ts';
import {
  agentWithoutL2Population,
  serverWithoutL2Population,
  tunnelAddressShared,
} from '../../health/catalogue/agents.ts';
import { physicalNetworkUnmapped, tunnelTypeDisabled } from '../../health/catalogue/binding.ts';
import { clockSkew } from '../../health/catalogue/underlay.ts';
import { failing, type Outcome, pass } from '../../health/checks.ts';
import { AGENT_TYPE, mappings, tunnelTypes } from '../ml2/mechanisms/linuxbridge.ts';
import { deadAgent, disabledAgent, type ReportingAgent } from '../services/agents/reporting.ts';
import { accounts } from './accounts.ts';
import { type Judge, whenAsked } from './judge.ts';
import type { Kind } from './kind.ts';
import type { Model } from './model/index.ts';
import { tunnelAddress, type Wiring, wiringOf } from './wiring.ts';

/** What the server's own configuration says that agents have to fit to. */
export interface ServerSide {
  readonly mechanismDrivers: readonly string[];
  /** [ml2] tenant_network_types: what projects' networks are made of. */
  readonly tenantTypes: readonly string[];
}

const subjectOf = ({ id }: ReportingAgent) => ({ resource: 'agent', id });

/** Something that is only looked at in a Linux bridge agent that is alive, beside what all of them say. */
const ofWiring =
  (look: (agent: ReportingAgent, all: Wiring) => Outcome) =>
  (agent: ReportingAgent, model: Model): Outcome => {
    if (agent.agentType !== AGENT_TYPE) return pass('it wires no ports');
    if (!agent.alive) return pass('it is dead, so what it last reported does not count');
    return look(agent, wiringOf(model));
  };

/** Names that networks have, that this agent does not map, and that are near to one that it maps for nothing. */
function misspelt({ id, host, configurations }: ReportingAgent, { physicalNetworks }: Wiring) {
  const mapped = mappings(configurations);
  const idle = mapped.filter((name) => !physicalNetworks.has(name));
  return [...physicalNetworks]
    .filter((name) => !mapped.includes(name))
    .flatMap((physicalNetwork) => {
      const meant = nearest(physicalNetwork, idle);
      if (meant === undefined) return [];
      const where = { host, subject: { resource: 'agent', id } };
      return [physicalNetworkUnmapped.found({ physicalNetwork, host, mapped, meant }, where)];
    });
}

/** What is looked at of every agent. */
export const agentJudges = ({
  mechanismDrivers,
  tenantTypes,
}: ServerSide): readonly Judge<ReportingAgent>[] => [
  {
    name: 'reports',
    judge: (agent) => failing(agent.alive ? [] : [deadAgent(agent)], `last report: ${agent.heartbeat} UTC`),
  },
  {
    name: 'switched on',
    judge: (agent) => failing(agent.enabled ? [] : [disabledAgent(agent)], 'it is on'),
    standing: whenAsked,
  },
  {
    name: 'clock',
    judge(agent, { clocks }) {
      const skew = clocks.get(agent.id) ?? 0;
      const args = { whose: 'the server', seconds: Math.abs(skew), ahead: skew < 0 };
      const evidence = [`the last reports of the ${agent.agentType} on ${agent.host} bear that time`];
      return failing(
        skew === 0 ? [] : [clockSkew.found(args, { host: agent.host, evidence })],
        'its reports bear the time of the server',
      );
    },
  },
  {
    name: 'tunnels',
    judge: ofWiring((agent, all) => {
      const own = tunnelTypes(agent.configurations);
      // Where no host has tunnels, that was meant, or it is said of the network.
      const lacking = tenantTypes.filter((type) => !own.includes(type) && all.tunnelTypes.has(type));
      const { host } = agent;
      const evidence = [`it reports tunnel_types ${JSON.stringify(own)}; other hosts take part`];
      return failing(
        lacking.map((type) =>
          tunnelTypeDisabled.found({ type, host }, { host, subject: subjectOf(agent), evidence }),
        ),
        `tunnel_types ${JSON.stringify(own)}`,
      );
    }),
  },
  {
    name: 'local_ip',
    judge: ofWiring((agent, all) => {
      const address = tunnelAddress(agent);
      const hosts = all.hostsByTunnelAddress.get(address) ?? [];
      return failing(
        hosts.length > 1 ? [tunnelAddressShared.found({ address, hosts: hosts.toSorted() })] : [],
        address === '' ? 'it reports none' : address,
      );
    }),
  },
  {
    name: 'l2population',
    judge: ofWiring((agent, all) => {
      const { host, configurations } = agent;
      const listens = configurations.l2_population === true;
      const tells = mechanismDrivers.includes('l2population');
      if (tunnelTypes(configurations).length === 0) return pass('it has no tunnels');
      const where = { host, subject: subjectOf(agent) };
      if (listens && !tells) return failing([serverWithoutL2Population.found({ host }, where)]);
      // Where none listens, all find each other by multicast.
      const alone = tells && !listens && all.someListen;
      return failing(
        alone ? [agentWithoutL2Population.found({ host }, where)] : [],
        `l2_population ${listens}`,
      );
    }),
  },
  {
    name: 'physical networks',
    judge: ofWiring((agent, all) =>
      failing(misspelt(agent, all), `mapped: ${mappings(agent.configurations).join(', ') || 'none'}`),
    ),
  },
  accounts({ agents: (agent) => [agent], healed: true }),
];

/** Agents. */
export const agentKind = (server: ServerSide): Kind<ReportingAgent> => ({
  resource: 'agent',
  wanted: () => ({ networks: 'all' }),
  all: ({ agents }) => agents,
  find: ({ agents }, id) => agents.find((agent) => agent.id === id),
  judges: agentJudges(server),
  asks: (agent) => [agent],
  comparing: true,
  closer: [],
  more: ({ facts, model }) => ({ self: model.accounts.get(facts.id) ?? null }),
});
