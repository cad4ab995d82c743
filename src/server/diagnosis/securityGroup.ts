import type { Kysely } from 'kysely';
import { failing, pass } from '../../health/checks.ts';
import type { Database } from '../db/schema/index.ts';
import { AGENT_TYPE } from '../ml2/mechanisms/linuxbridge.ts';
import { deadAgent } from '../services/agents/reporting.ts';
import type { Kind } from './kind.ts';
import type { PortFacts } from './model/ports.ts';
import { portsInGroup } from './waiting/rows.ts';

/** Security groups, by the ports that are in them. */
export const securityGroupKind = (db: Kysely<Database>): Kind<readonly PortFacts[]> => ({
  resource: 'security_group',
  wanted: async (id) => ({ ports: await portsInGroup(db, id) }),
  find: ({ ports }) => [...ports.values()],
  judges: [
    {
      name: 'agents of the hosts of its ports',
      judge(ports, { agents }) {
        const hosts = new Set(ports.map(({ host }) => host));
        const own = agents.filter(({ agentType, host }) => agentType === AGENT_TYPE && hosts.has(host));
        if (own.length === 0) return pass('none of its ports is on a host');
        return failing(
          own.filter(({ alive }) => !alive).map(deadAgent),
          ...own.map(({ host }) => `the Linux bridge agent on ${host} is alive`),
        );
      },
    },
  ],
  closer: [],
});
