import type { Db } from '../../db/database.ts';
import { fault } from '../../errors/index.ts';
import type { Item, ResourceService } from '../service.ts';
import { DHCP_AGENT, L3_AGENT } from './agent.ts';

/** What the agents of a type in a zone serve. */
const KINDS = { [DHCP_AGENT]: 'network', [L3_AGENT]: 'router' } as const;

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
