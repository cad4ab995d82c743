import type { Kysely } from 'kysely';
import type { Db } from '../../db/database.ts';
import { pythonJson } from '../../db/pythonJson.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { Item, ResourceService } from '../service.ts';
import { DHCP_AGENT, L3_AGENT } from './agent.ts';

/** What the agents of a type in a zone serve. */
const KINDS = { [DHCP_AGENT]: 'network', [L3_AGENT]: 'router' } as const;

/**
 * The availability zone hints that a new network or router is kept with: those it asks for in order, else the
 * configuration's default. An agent must have reported from each zone, be it alive or not.
 * @throws AvailabilityZoneNotFound
 */
export async function settleHints(
  queries: Kysely<Database>,
  agentType: keyof typeof KINDS,
  asked: unknown,
  defaults: readonly string[],
): Promise<readonly string[]> {
  const given = (asked ?? []) as readonly string[];
  const hints = given.length > 0 ? given.toSorted() : defaults;
  if (hints.length === 0) return hints;
  const rows = await queries
    .selectFrom('agents')
    .select('availability_zone')
    .where('agent_type', '=', agentType)
    .where('availability_zone', 'in', hints)
    .execute();
  const missing = hints.find((zone) => !rows.some(({ availability_zone }) => availability_zone === zone));
  if (missing !== undefined) throw fault('AvailabilityZoneNotFound', { availability_zone: missing });
  return hints;
}

/** Hints as the database keeps them: a JSON list as Python writes it. */
export const storedHints = (hints: readonly string[]): string => pythonJson(hints);

/** Reads stored hints; an empty text stands for none. */
export const parseHints = (stored: string | null): string[] =>
  stored === null || stored === '' ? [] : (JSON.parse(stored) as string[]);

/** Availability zones: those that agents report, available while one of their agents is in service. */
export function createZoneService(db: Db): ResourceService {
  async function zones(): Promise<Item[]> {
    const rows = await db.kysely
      .selectFrom('agents')
      .select(['agent_type', 'availability_zone', (e) => e.fn.max<number>('admin_state_up').as('in_service')])
      .where('agent_type', 'in', [DHCP_AGENT, L3_AGENT])
      .where('availability_zone', 'is not', null)
      .groupBy(['agent_type', 'availability_zone'])
      .orderBy('agent_type')
      .orderBy('availability_zone')
      .execute();
    return rows.map(({ agent_type, availability_zone, in_service }) => ({
      state: in_service ? 'available' : 'unavailable',
      name: availability_zone,
      resource: KINDS[agent_type as keyof typeof KINDS],
    }));
  }

  return {
    async list(_context, { filters }) {
      const wanted = Object.entries(filters);
      return (await zones()).filter((zone) => wanted.every(([key, values]) => values.includes(zone[key])));
    },
    async get(_context, id) {
      const zone = (await zones()).find(({ name }) => name === id);
      if (zone === undefined) throw fault('AvailabilityZoneNotFound', { availability_zone: id });
      return zone;
    },
  };
}
