import { agentItemFailing } from '../../health/catalogue/agents.ts';
import { type Check, failing, notChecked, pass } from '../../health/checks.ts';
import type { Finding } from '../../health/finding.ts';
import type { AgentSelf } from '../../rpc/diagnosis.ts';
import type { ReportingAgent } from '../services/agents/reporting.ts';
import type { Asking } from './asking.ts';
import type { Subjected } from './kind.ts';

/** Failures in a row from which on an item counts as failing: the first may be of a moment. */
const FAILURES = 2;

/**
 * What an agent finds wrong by its own account: with its host, with what it was to put right and could not, and with the
 * items that `concerns` names (all when absent).
 */
export function accountOf(
  agent: ReportingAgent,
  { findings, comparison, failing: items }: AgentSelf,
  concerns?: (item: string) => boolean,
): Finding[] {
  const { host, agentType, binary, id } = agent;
  const drift = comparison && !comparison.healed ? comparison.drift : [];
  return [
    ...[...findings, ...drift].map((finding) => ({ host, ...finding })),
    ...items
      .filter(({ item, failures }) => failures >= FAILURES && (concerns?.(item) ?? true))
      .map(({ item, error, failures }) =>
        agentItemFailing.found(
          { agentType, host, binary, item, error, failures },
          { host, subject: { resource: 'agent', id }, evidence: [error] },
        ),
      ),
  ];
}

/** For how long it is worth knowing that something was put right. */
const HEALED_MILLISECONDS = 10 * 60_000;

/** What an agent had to put right lately: no problem any more, but it comes back while its cause is there. */
export function healedOf({ lastDrift }: AgentSelf, now = Date.now()): Finding[] {
  if (!lastDrift?.healed || now - Date.parse(lastDrift.at) > HEALED_MILLISECONDS) return [];
  return lastDrift.drift.map((finding) => ({
    ...finding,
    severity: 'info',
    text: `${finding.text}; put right at ${lastDrift.at}`,
  }));
}

/** An agent's own account, after it has compared itself with the kernel. */
export const ownAccount = (asking: Asking): Check<Subjected<ReportingAgent>> => ({
  name: 'what the agent says itself',
  async run({ facts: agent }) {
    if (!agent.alive) return notChecked('it is not alive');
    if ((await asking.status(agent)) !== 'silent') await asking.compare(agent);
    const self = await asking.status(agent);
    if (self === 'silent')
      return notChecked("it does not answer: Python's agents do not, nor does one that does not run");
    return failing([...accountOf(agent, self), ...healedOf(self)], ...inWords(self));
  },
});

const inWords = ({ comparison, resync, waiting, failing: items }: AgentSelf): string[] => [
  resync ? `a full resync runs: ${resync.done} of ${resync.total} done` : 'no full resync runs',
  `${waiting} items wait, ${items.length} have failed`,
  comparison
    ? `compared with the kernel at ${comparison.at}: ${comparison.drift.length} differences${comparison.healed ? ', healed' : ''}`
    : 'not compared with the kernel yet',
];

/** Asks agents how they stand; `concerns` says which of their failing items have to do with the resource. */
export const accounts = <Facts>(
  asking: Asking,
  agentsOf: (subjected: Subjected<Facts>) => readonly ReportingAgent[],
  concerns?: (facts: Facts) => (item: string) => boolean,
): Check<Subjected<Facts>> => ({
  name: 'what the agents say themselves',
  async run(subjected) {
    const agents = agentsOf(subjected).filter(({ alive }) => alive);
    if (agents.length === 0) return notChecked('none of them is alive');
    const answers = await Promise.all(
      agents.map(async (agent) => ({ agent, self: await asking.status(agent) })),
    );
    const told = answers.flatMap(({ agent, self }) => (self === 'silent' ? [] : [{ agent, self }]));
    const silent = answers.flatMap(({ agent, self }) => (self === 'silent' ? [agent] : []));
    const found = told.flatMap(({ agent, self }) => accountOf(agent, self, concerns?.(subjected.facts)));
    if (found.length > 0) return failing(found);
    if (silent.length > 0) {
      const who = silent.map(({ agentType, host }) => `the ${agentType} on ${host}`).join(', ');
      return notChecked(`${who} does not answer: Python's agents do not, nor does one that does not run`);
    }
    return pass(...told.flatMap(({ agent, self }) => inWords(self).map((text) => `${agent.host}: ${text}`)));
  },
});
