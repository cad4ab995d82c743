import type { Kysely } from 'kysely';
import type { Database } from '../db/schema/index.ts';
import type { Refusal } from './mechanisms/driver.ts';

/** Why a port of a distributed router is nowhere; undefined for every other port. */
export async function distributedRefusal(db: Kysely<Database>, portId: string): Promise<Refusal | undefined> {
  const router = await db
    .selectFrom('routerports')
    .innerJoin('router_extra_attributes as extra', 'extra.router_id', 'routerports.router_id')
    .select('routerports.router_id')
    .where('routerports.port_id', '=', portId)
    .where('extra.distributed', '=', 1)
    .executeTakeFirst();
  if (router === undefined) return undefined;
  const name = router.router_id;
  return {
    driver: 'ml2',
    code: 'router_distributed',
    reason: `router ${name} is distributed, which needs Open vSwitch and L3 agents in the modes dvr and dvr_snat; Linux bridges cannot carry it`,
    fix: `make it a centralized router: neutron router-update ${name} --admin-state-up False, neutron router-update ${name} --distributed False, neutron router-update ${name} --admin-state-up True`,
  };
}
