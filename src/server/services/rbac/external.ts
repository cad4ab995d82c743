import { ROUTER_GATEWAY } from '../../../net/deviceOwners.ts';
import { isDuplicate } from '../../db/errors.ts';
import { fault } from '../../errors/index.ts';
import type { Tx } from '../service.ts';
import type { PolicyRow } from './rows.ts';

const policiesOf = (tx: Tx, network: string) =>
  tx
    .selectFrom('networkrbacs')
    .select(['id', 'target_project'])
    .where('object_id', '=', network)
    .where('action', '=', 'access_as_external')
    .execute();

const ROUTERS = 'There are routers attached to this network that depend on this policy for access.';
const DEFAULT = 'Default external networks must be shared to everyone.';

/** Why a project may not lose an external network: undefined when no router of it depends on the policy. */
export async function lossOfExternal(
  tx: Tx,
  { id, object_id, target_project }: PolicyRow,
  next: string | undefined,
): Promise<Error | undefined> {
  const inUse = (details: string) => fault('RbacPolicyInUse', { object_id, details });
  const others = (await policiesOf(tx, object_id)).filter((policy) => policy.id !== id);
  const routers = tx
    .selectFrom('routers')
    .innerJoin('ports', 'ports.id', 'routers.gw_port_id')
    .select('routers.id')
    .where('ports.network_id', '=', object_id)
    .limit(1);
  if (target_project !== '*') {
    if (others.some((policy) => policy.target_project === '*')) return undefined;
    const router = await routers.where('routers.project_id', '=', target_project).executeTakeFirst();
    return router && inUse(ROUTERS);
  }
  const byDefault = await tx
    .selectFrom('externalnetworks')
    .select('network_id')
    .where('network_id', '=', object_id)
    .where('is_default', '=', 1)
    .executeTakeFirst();
  if (byDefault) return inUse(DEFAULT);
  const allowed = [...others.map((policy) => policy.target_project), ...(next === undefined ? [] : [next])];
  const router = await routers
    .where((eb) => (allowed.length === 0 ? eb.lit(true) : eb('routers.project_id', 'not in', allowed)))
    .executeTakeFirst();
  return router && inUse(ROUTERS);
}

/** The first policy that makes a network external for somebody makes it external: whether this one did. */
export async function becomeExternal(tx: Tx, network: string): Promise<boolean> {
  try {
    await tx.insertInto('externalnetworks').values({ network_id: network, is_default: 0 }).execute();
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** The last such policy leaves it internal again, unless a router still has its gateway there: whether this one did. */
export async function ceaseExternal(tx: Tx, network: string): Promise<boolean> {
  if ((await policiesOf(tx, network)).length > 0) return false;
  const { numDeletedRows } = await tx
    .deleteFrom('externalnetworks')
    .where('network_id', '=', network)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('ports')
            .select('ports.id')
            .where('ports.network_id', '=', network)
            .where('ports.device_owner', '=', ROUTER_GATEWAY),
        ),
      ),
    )
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
