import { nearest } from '../../config/nearest.ts';
import { tunnelTypeDisabled } from '../../health/catalogue/binding.ts';
import { externalNetworkServesDhcp } from '../../health/catalogue/lan.ts';
import {
  mtuAboveUnderlay,
  networkDisabled,
  networkWithoutDhcpAgent,
  networkWithoutSubnet,
  physicalNetworkNowhere,
} from '../../health/catalogue/networks.ts';
import { failing, notChecked, type Outcome, pass } from '../../health/checks.ts';
import { AGENT_TYPE, mappings, tunnelTypes } from '../ml2/mechanisms/linuxbridge.ts';
import type { NetworkTypes } from '../ml2/types/index.ts';
import { DHCP_AGENT } from '../services/agents/agent.ts';
import { deadAgent, type ReportingAgent } from '../services/agents/reporting.ts';
import type { StoredSegment } from '../services/networks/rows.ts';
import { accounts, mentions } from './accounts.ts';
import { dhcpAgentsOf, serving } from './hosting.ts';
import { type Judge, whenAsked } from './judge.ts';
import type { Kind } from './kind.ts';
import type { NetworkFacts } from './model/networks.ts';

const subjectOf = ({ id }: NetworkFacts) => ({ resource: 'network', id });

/** Whether a host reaches a network of physical cables or of tunnels. */
function reach(segment: StoredSegment, network: NetworkFacts, agents: readonly ReportingAgent[]): Outcome {
  const { network_type: type, physical_network: physical } = segment;
  if (type === 'local') return pass('it stays within each host');
  const living = agents.filter(({ agentType, alive }) => agentType === AGENT_TYPE && alive);
  if (living.length === 0) return notChecked(`no ${AGENT_TYPE} is alive that could say`);
  const reaching = living.filter(({ configurations }) =>
    (physical === null ? tunnelTypes(configurations) : mappings(configurations)).includes(physical ?? type),
  );
  const hosts = reaching.map(({ host }) => host);
  if (hosts.length > 0)
    return pass(`${type}${physical === null ? '' : ` on ${physical}`}: reached by ${hosts.join(', ')}`);
  if (physical === null) {
    return failing(living.map(({ host }) => tunnelTypeDisabled.found({ type, host }, { host })));
  }
  const mapped = [...new Set(living.flatMap(({ configurations }) => mappings(configurations)))];
  const meant = nearest(physical, mapped);
  const args = {
    network: network.id,
    physicalNetwork: physical,
    mapped,
    ...(meant === undefined ? {} : { meant }),
  };
  const evidence = living.map(
    ({ host, configurations }) => `${host} maps ${mappings(configurations).join(', ') || 'none'}`,
  );
  return failing([physicalNetworkNowhere.found(args, { subject: subjectOf(network), evidence })]);
}

/** Whether agents serve DHCP on a network, for it and for what is on it. */
export const dhcpOf: Judge<NetworkFacts> = {
  name: 'DHCP agents',
  judge(network, { agents }) {
    if (!network.subnets.some(({ dhcp }) => dhcp)) return pass('none of its subnets has DHCP');
    const hosting = dhcpAgentsOf(network, { agents });
    const dead = hosting.filter(({ alive }) => !alive);
    if (hosting.length > 0) {
      return failing(
        dead.map(deadAgent),
        ...hosting.map(({ host }) => `served by the DHCP agent on ${host}`),
      );
    }
    const { text, findings } = serving(agents, DHCP_AGENT);
    const subject = subjectOf(network);
    return failing([
      ...findings,
      networkWithoutDhcpAgent.found({ network: network.id, agents: text }, { subject }),
    ]);
  },
};

const chosen: readonly Judge<NetworkFacts>[] = [
  {
    name: 'switched on',
    judge: (network) =>
      failing(
        network.enabled
          ? []
          : [networkDisabled.found({ network: network.id }, { subject: subjectOf(network) })],
        'it is on',
      ),
    standing: whenAsked,
  },
  {
    name: 'subnets',
    judge: (network) =>
      failing(
        network.subnets.length > 0
          ? []
          : [networkWithoutSubnet.found({ network: network.id }, { subject: subjectOf(network) })],
        ...network.subnets.map(({ cidr }) => cidr),
      ),
    standing: whenAsked,
  },
];

/** What is looked at of every network. */
export const networkJudges = (types: NetworkTypes): readonly Judge<NetworkFacts>[] => [
  ...chosen,
  dhcpOf,
  accounts({ agents: dhcpAgentsOf, items: ({ id }) => mentions(id) }, whenAsked),
  {
    name: 'segments',
    judge(network, { agents }) {
      const outcomes = network.segments.map((segment) => reach(segment, network, agents));
      const good = outcomes.find(({ result }) => result === 'pass');
      return good ?? outcomes[0] ?? notChecked('it has no segment');
    },
  },
  {
    name: 'MTU',
    judge(network) {
      const { id, mtu, segments } = network;
      const most = types.mtu(segments);
      const type = segments[0]?.network_type ?? '';
      return failing(
        mtu > most && most > 0
          ? [mtuAboveUnderlay.found({ network: id, mtu, most, type }, { subject: subjectOf(network) })]
          : [],
        `MTU ${mtu}, of at most ${most}`,
      );
    },
  },
  {
    name: 'DHCP on the outside',
    judge(network) {
      if (!network.external) return pass('it is not external');
      const subnets = network.subnets.filter(({ dhcp }) => dhcp);
      return failing(
        subnets.map(({ id }) =>
          externalNetworkServesDhcp.found(
            { subnet: id, network: network.id },
            { subject: { resource: 'subnet', id } },
          ),
        ),
        'none of its subnets has DHCP',
      );
    },
  },
];

/** Networks. */
export const networkKind = (types: NetworkTypes): Kind<NetworkFacts> => ({
  resource: 'network',
  wanted: (id) => ({ networks: [id] }),
  all: ({ networks }) => networks.values(),
  find: ({ networks }, id) => networks.get(id),
  judges: networkJudges(types),
  asks: dhcpAgentsOf,
  closer: [],
});
