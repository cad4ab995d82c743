import { randomUUID } from 'node:crypto';
import { fault } from '../../errors/index.ts';
import type { Item, Tx } from '../service.ts';
import { shareWithAll } from '../shares.ts';
import { createStandardAttributes } from '../standardAttributes.ts';
import type { Bounds } from './bounds.ts';

/**
 * Keeps changes of a pool and allocations from it one after the other until the transaction ends. Python Neutron
 * compares the hash before it writes, so one on the same database notices that it was overtaken.
 */
export const lockPool = (tx: Tx, id: string) =>
  tx.updateTable('subnetpools').set({ hash: randomUUID() }).where('id', '=', id).execute();

export async function writePrefixes(
  tx: Tx,
  subnetpool_id: string,
  prefixes: readonly string[],
): Promise<void> {
  await tx.deleteFrom('subnetpoolprefixes').where('subnetpool_id', '=', subnetpool_id).execute();
  if (prefixes.length === 0) return;
  await tx
    .insertInto('subnetpoolprefixes')
    .values(prefixes.map((cidr) => ({ cidr, subnetpool_id })))
    .execute();
}

/** A checked pool. */
export interface NewPool {
  readonly id: string;
  readonly item: Item;
  readonly bounds: Bounds;
  readonly prefixes: readonly string[];
}

export async function insertPool(tx: Tx, { id, item, bounds, prefixes }: NewPool): Promise<void> {
  const project_id = item.tenant_id as string;
  await tx
    .insertInto('subnetpools')
    .values({
      id,
      project_id,
      name: item.name as string,
      ip_version: bounds.version,
      default_prefixlen: bounds.standard,
      min_prefixlen: bounds.min,
      max_prefixlen: bounds.max,
      default_quota: (item.default_quota as number | undefined) ?? null,
      address_scope_id: (item.address_scope_id as string | null | undefined) ?? null,
      is_default: item.is_default === true ? 1 : 0,
      standard_attr_id: await createStandardAttributes(tx, 'subnetpools', (item.description ?? '') as string),
    })
    .execute();
  await writePrefixes(tx, id, prefixes);
  if (item.shared === true) await shareWithAll(tx, 'subnetpoolrbacs', id, project_id);
}

/**
 * Throws when another pool of the version is the default. Called after the pool was written: of two that become the
 * default at once each waits for the other's row, so that the database ends one of the transactions, which then sees
 * the winner.
 */
export async function checkOnlyDefault(tx: Tx, id: string, version: number): Promise<void> {
  const other = await tx
    .selectFrom('subnetpools')
    .select('id')
    .where('is_default', '=', 1)
    .where('ip_version', '=', version)
    .where('id', '!=', id)
    .forUpdate()
    .execute();
  if (other.length === 0) return;
  const error_message =
    'A default subnetpool for this IP family has already been set. Only one default may exist per IP family';
  throw fault('InvalidInput', { error_message });
}
