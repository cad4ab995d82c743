import { agentItemFailing } from '../../health/catalogue/agents.ts';
import { failing, notChecked, pass } from '../../health/checks.ts';
import type { Finding } from '../../health/finding.ts';
import type { AgentSelf } from '../../rpc/diagnosis.ts';
import type { ReportingAgent } from '../services/agents/reporting.ts';
import type { Asking } from './asking.ts';
import type { Judge } from './judge.ts';
import type { Model } from './model/index.ts';

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

const inWords = ({ comparison, resync, waiting, failing: items }: AgentSelf): string[] => [
  resync ? `a full resync runs: ${resync.done} of ${resync.total} done` : 'no full resync runs',
  `${waiting} items wait, ${items.length} have failed`,
  comparison
    ? `compared with the kernel at ${comparison.at}: ${comparison.drift.length} differences${comparison.healed ? ', healed' : ''}`
    : 'not compared with the kernel yet',
];

/** What those agents that are alive and answer say of themselves, by their ids; `comparing`: after a comparison of now. */
export async function askAccounts(
  asking: Asking,
  agents: Iterable<ReportingAgent>,
  comparing = false,
): Promise<ReadonlyMap<string, AgentSelf>> {
  async function ask(agent: ReportingAgent): Promise<AgentSelf | 'silent'> {
    const self = await asking.status(agent);
    if (!comparing || self === 'silent') return self;
    return (await asking.compare(agent)) ? asking.status(agent) : self;
  }
  const living = [...new Set(agents)].filter(({ alive }) => alive);
  const answers = await Promise.all(
    living.map(async (agent) => [agent.id, await ask(agent).catch(() => 'silent' as const)] as const),
  );
  return new Map(answers.flatMap(([id, self]) => (self === 'silent' ? [] : [[id, self] as const])));
}

/** The agents that something depends on, and which of their items have to do with it. */
export interface Concern<Facts> {
  agents(facts: Facts, model: Model): readonly ReportingAgent[];
  /** All of their items when absent. */
  items?(facts: Facts): (item: string) => boolean;
  /** Tell also what they had to put right lately. */
  readonly healed?: true;
}

/** For items that are named after one thing. */
export const mentions =
  (id: string | null) =>
  (item: string): boolean =>
    id !== null && item.includes(id);

/** What the agents that something depends on say themselves. */
export const accounts = <Facts>(
  { agents: agentsOf, items, healed }: Concern<Facts>,
  standing?: (facts: Facts) => boolean,
): Judge<Facts> => ({
  name: 'what the agents say themselves',
  judge(facts, model) {
    const agents = agentsOf(facts, model).filter(({ alive }) => alive);
    if (agents.length === 0) return notChecked('none of them is alive');
    const told = agents.flatMap((agent) => {
      const self = model.accounts.get(agent.id);
      return self ? [{ agent, self }] : [];
    });
    const found = told.flatMap(({ agent, self }) => [
      ...accountOf(agent, self, items?.(facts)),
      ...(healed ? healedOf(self) : []),
    ]);
    if (found.length > 0) return failing(found);
    const silent = agents.filter(({ id }) => !model.accounts.has(id));
    if (silent.length > 0) {
      const who = silent.map(({ agentType, host }) => `the ${agentType} on ${host}`).join(', ');
      return notChecked(`${who} does not answer: Python's agents do not, nor does one that hangs`);
    }
    return pass(...told.flatMap(({ agent, self }) => inWords(self).map((text) => `${agent.host}: ${text}`)));
  },
  ...(standing ? { standing } : {}),
});
