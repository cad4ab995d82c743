import { agentWithoutCounterpart, rowsWithoutEffect } from '../../../health/catalogue/migration.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import type { AgentFacts } from '../../../rpc/facts.ts';
import type { Db } from '../../../server/db/database.ts';
import { rowsText, schemaState } from '../../../server/db/state.ts';
import { unservedRows } from '../../../server/db/unserved.ts';
import { cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';
import { openToLook } from '../../openToLook.ts';
import { inWords } from './reach.ts';

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
const kindsOfAgents: Check<DoctorContext> = {
  name: 'migration: kinds of agents',
  async run(context) {
    const cloud = await cloudOf(context);
    if (cloud.facts === undefined) return notChecked(cloud.why);
    const { agents } = cloud.facts;
    return failing(withoutCounterpart(agents), `${agents.length} agents, of kinds that are here`);
  },
};

/** What the database holds and nothing here serves, a finding for each kind. */
export const withoutEffect = async (db: Db): Promise<Finding[]> =>
  (await unservedRows(db)).map(({ consequence, ...rows }) =>
    rowsWithoutEffect.found({ rows: rowsText(rows), consequence }),
  );

/** Whether every object in the database has somebody who serves it. */
const objects: Check<DoctorContext> = {
  name: 'migration: objects in the database',
  async run({ configOf, unknown }) {
    const config = configOf('neutron-server');
    if (!config) return notChecked(unknown('neutron-server'));
    try {
      const db = await openToLook(config);
      try {
        const state = await schemaState(db);
        if (state.kind !== 'current') return notChecked(state.text);
        return failing(await withoutEffect(db), 'all that it holds is served here');
      } finally {
        await db.close();
      }
    } catch (error) {
      return notChecked(`the database cannot be read: ${inWords(error)}`);
    }
  },
};

/** What keeps a cloud of Python Neutron from coming over. */
export const migrationChecks: readonly Check<DoctorContext>[] = [kindsOfAgents, objects];
