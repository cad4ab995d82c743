import type { RouterNotifier } from '../../notify/routers.ts';
import type { Work } from '../work.ts';

/** Tells the agents of routers with ports on the pool's subnets: marks of address scopes are theirs to set. */
export async function tellScopeChanged(work: Work, notifier: RouterNotifier, poolId: string): Promise<void> {
  const rows = await work.tx
    .selectFrom('routerports')
    .innerJoin('ipallocations', 'ipallocations.port_id', 'routerports.port_id')
    .innerJoin('subnets', 'subnets.id', 'ipallocations.subnet_id')
    .select('routerports.router_id')
    .distinct()
    .where('subnets.subnetpool_id', '=', poolId)
    .execute();
  await notifier.updated(
    work,
    rows.map(({ router_id }) => router_id),
  );
}
