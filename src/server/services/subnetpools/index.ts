import { randomUUID } from 'node:crypto';
import { addressSet, isSubset } from '../../../net/addressSet.ts';
import type { ServerContext } from '../../context.ts';
import { fault } from '../../errors/index.ts';
import type { RouterNotifier } from '../../notify/routers.ts';
import { checkRevision } from '../lifecycle.ts';
import { listRows } from '../listing.ts';
import type { QuotaCheck } from '../quotas/enforcement.ts';
import type { Item, RequestContext, ResourceService } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import { transact, type Work } from '../work.ts';
import { blocks, boundsOf, compact, versionOfPrefixes } from './bounds.ts';
import { adopt, subnetsToOnboard } from './onboard.ts';
import { prefixesOf, removePrefixes } from './prefixes.ts';
import { tellScopeChanged } from './routers.ts';
import {
  findPool,
  loadPools,
  type Pool,
  poolQuery,
  poolShape,
  presentPool,
  presentUpdatedPool,
  visiblePools,
} from './rows.ts';
import { checkScope, checkScopeOwned } from './scope.ts';
import { checkOnlyDefault, insertPool, lockPool, writePrefixes } from './write.ts';

/** What subnet pools need of others. */
export interface SubnetPoolNeighbours {
  readonly quotas: QuotaCheck;
  readonly notifier: RouterNotifier;
}

/** The subnet pools resource. */
export function createSubnetPoolService(
  server: ServerContext,
  { quotas, notifier }: SubnetPoolNeighbours,
): ResourceService {
  const { kysely } = server.db;

  async function createOne(work: Work, item: Item): Promise<Item> {
    const { tx, context } = work;
    const given = item.prefixes as string[];
    const bounds = boundsOf(item, versionOfPrefixes(given));
    const id = randomUUID();
    const prefixes = compact(given);
    const { version } = bounds;
    quotas.check(tx, 'subnetpool', item.tenant_id as string);
    await insertPool(tx, { id, item, bounds, prefixes });
    if (item.is_default === true) await checkOnlyDefault(tx, id, version);
    const scope = item.address_scope_id as string | null | undefined;
    if (scope) await checkScope(work, scope, { id, version, prefixes });
    // Only the answer to a create has the prefixes in the order of addresses.
    return presentPool({ ...(await findPool(tx, context, id)), prefixes });
  }

  /** The pool, out of reach for others until the transaction ends. */
  async function take({ tx, context }: Work, id: string): Promise<Pool> {
    await findPool(tx, context, id);
    await lockPool(tx, id);
    return findPool(tx, context, id);
  }

  async function updateIn(work: Work, pool: Pool, changes: Item): Promise<Pool> {
    const { tx, context } = work;
    const { id } = pool;
    const given = changes.prefixes as string[] | undefined;
    if (given && !isSubset(addressSet(blocks(pool.prefixes)), addressSet(blocks(given)))) {
      throw fault('IllegalSubnetPoolPrefixUpdate', {
        msg: 'Existing prefixes must be a subset of the new prefixes',
      });
    }
    const version = versionOfPrefixes(given ?? pool.prefixes);
    const prefixes = given ? compact(given) : pool.prefixes;
    const bounds = boundsOf({ ...pool, ...changes }, version);
    const scope = ('address_scope_id' in changes ? changes.address_scope_id : pool.address_scope_id) as
      | string
      | null;
    await tx
      .updateTable('subnetpools')
      .set({
        ...('name' in changes ? { name: changes.name as string } : {}),
        ...('default_quota' in changes ? { default_quota: changes.default_quota as number } : {}),
        ...('is_default' in changes ? { is_default: changes.is_default ? 1 : 0 } : {}),
        default_prefixlen: bounds.standard,
        min_prefixlen: bounds.min,
        max_prefixlen: bounds.max,
        address_scope_id: scope,
      })
      .where('id', '=', id)
      .execute();
    if (changes.is_default === true) await checkOnlyDefault(tx, id, version);
    await checkScopeOwned(work, pool);
    if (scope !== null) await checkScope(work, scope, { id, version, prefixes });
    if (given) await writePrefixes(tx, id, prefixes);
    await bumpRevision(tx, [pool.standard_attr_id], changes.description as string | undefined);
    if (scope !== pool.address_scope_id) await tellScopeChanged(work, notifier, id);
    return { ...(await findPool(tx, context, id)), prefixes };
  }

  /** A member action on a pool that is locked meanwhile. */
  const action =
    (perform: (work: Work, pool: Pool, body: Item) => Promise<Item>) =>
    (context: RequestContext, id: string, body: Item): Promise<Item> =>
      transact(server, context, async (work) => perform(work, await take(work, id), body));

  return {
    async list(context, query) {
      const rows = await listRows(poolQuery(kysely).where(visiblePools(context)), poolShape(context), query);
      return (await loadPools(kysely, rows, context.projectId)).map(presentPool);
    },
    get: async (context, id) => presentPool(await findPool(kysely, context, id)),
    create: (context, items) =>
      transact(server, context, async (work) => {
        const created: Item[] = [];
        for (const item of items) created.push(await createOne(work, item));
        return created;
      }),
    update: (context, id, changes) =>
      transact(server, context, async (work) => {
        const pool = await take(work, id);
        await checkRevision(work, pool);
        return presentUpdatedPool(await updateIn(work, pool, changes), changes);
      }),
    delete: (context, id) =>
      transact(server, context, async (work) => {
        const pool = await take(work, id);
        await checkRevision(work, pool);
        const subnet = await work.tx
          .selectFrom('subnets')
          .select('id')
          .where('subnetpool_id', '=', id)
          .limit(1)
          .executeTakeFirst();
        if (subnet !== undefined) {
          throw fault('SubnetPoolDeleteError', { reason: 'Subnet pool has existing allocations' });
        }
        await work.tx.deleteFrom('standardattributes').where('id', '=', pool.standard_attr_id).execute();
      }),
    actions: {
      add_prefixes: action(async (work, pool, body) => {
        const { prefixes } = await updateIn(work, pool, {
          prefixes: [...pool.prefixes, ...prefixesOf(body)],
        });
        return { prefixes };
      }),
      remove_prefixes: action(async (work, pool, body) => ({
        prefixes: await removePrefixes(work, pool, prefixesOf(body)),
      })),
      onboard_network_subnets: action(async (work, pool, body) => {
        const subnets = await subnetsToOnboard(work, pool, body);
        const cidrs = subnets.map(({ cidr }) => cidr);
        await updateIn(work, pool, { prefixes: [...pool.prefixes, ...cidrs] });
        await adopt(work, pool, subnets);
        if (pool.address_scope_id !== null) await tellScopeChanged(work, notifier, pool.id);
        // Neutron answers with a bare list.
        return subnets.map(({ id, cidr }) => ({ id, cidr })) as unknown as Item;
      }),
    },
  };
}
