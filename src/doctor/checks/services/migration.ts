import { agentWithoutCounterpart } from '../../../health/catalogue/migration.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import type { AgentFacts } from '../../../rpc/facts.ts';
import { cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';

/** Kinds of agents as they report themselves, of those that both implementations have. */
const COMMON: readonly string[] = ['Linux bridge agent', 'L3 agent', 'DHCP agent', 'Metadata agent'];

/** The agents of a deployment that nothing here can take the place of, a finding for each kind. */
export const withoutCounterpart = (agents: readonly AgentFacts[]): Finding[] => {
  const strangers = agents.filter(({ agent_type }) => !COMMON.includes(agent_type));
  return [...Map.groupBy(strangers, ({ agent_type }) => agent_type)].map(([type, some]) =>
    agentWithoutCounterpart.found({ type, hosts: some.map(({ host }) => host).sort() }),
  );
};

/** Whether every agent that the server knows has a counterpart in the other implementation. */
export const migration: Check<DoctorContext> = {
  name: 'migration: kinds of agents',
  async run(context) {
    const cloud = await cloudOf(context);
    if (cloud.facts === undefined) return notChecked(cloud.why);
    const { agents } = cloud.facts;
    return failing(withoutCounterpart(agents), `${agents.length} agents, of kinds that are here`);
  },
};
