import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { type Scope, scoped } from './scope.ts';

/** What is known of a floating IP from the database. */
export interface FloatingIpFacts {
  readonly id: string;
  readonly address: string;
  readonly status: string;
  readonly networkId: string;
  readonly fixedPort: string | null;
  readonly fixedAddress: string | null;
  readonly router: string | null;
  readonly changed: string | null;
}

/** Floating IPs: one query. */
export const floatingIpFacts = (db: Kysely<Database>, scope: Scope): Promise<FloatingIpFacts[]> =>
  scoped(scope, async (ids) => {
    const rows = await db
      .selectFrom('floatingips')
      .innerJoin('standardattributes', 'standardattributes.id', 'floatingips.standard_attr_id')
      .select([
        'floatingips.id',
        'floating_ip_address',
        'floatingips.status',
        'floating_network_id',
        'fixed_port_id',
        'fixed_ip_address',
        'router_id',
        'standardattributes.updated_at',
      ])
      .$if(ids !== undefined, (query) => query.where('floatingips.id', 'in', ids!))
      .execute();
    return rows.map((row) => ({
      id: row.id,
      address: row.floating_ip_address,
      status: row.status ?? '',
      networkId: row.floating_network_id,
      fixedPort: row.fixed_port_id,
      fixedAddress: row.fixed_ip_address,
      router: row.router_id,
      changed: row.updated_at,
    }));
  });
