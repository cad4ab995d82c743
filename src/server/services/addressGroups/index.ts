import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { ServerContext } from '../../context.ts';
import { RetryTransaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/errors.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { addressGroupPush } from '../../notify/addressGroups.ts';
import { checkRevision } from '../lifecycle.ts';
import { listRows } from '../listing.ts';
import type { Item, RequestContext, ResourceService, Tx } from '../service.ts';
import { bumpRevision, createStandardAttributes } from '../standardAttributes.ts';
import { transact, type Work } from '../work.ts';
import { canonicalAddresses } from './addresses.ts';
import { addressGroupQuery, addressGroupShape, loadAddressGroups, visibleAddressGroups } from './rows.ts';

/** Named sets of addresses that security group rules refer to. Agents are told of each change of a set. */
export function createAddressGroupService(server: ServerContext): ResourceService {
  const { db, outbox } = server;

  async function find(connection: Kysely<Database>, context: RequestContext, id: string) {
    const rows = await addressGroupQuery(connection)
      .where('address_groups.id', '=', id)
      .where(visibleAddressGroups(context))
      .execute();
    const [item] = await loadAddressGroups(connection, rows, context.projectId);
    if (item === undefined) throw fault('AddressGroupNotFound', { address_group_id: id });
    return { row: rows[0]!, item };
  }

  async function insertAddresses(tx: Tx, id: string, addresses: readonly string[]): Promise<void> {
    if (addresses.length === 0) return;
    try {
      await tx
        .insertInto('address_associations')
        .values(addresses.map((address) => ({ address, address_group_id: id })))
        .execute();
    } catch (error) {
      if (isDuplicate(error)) throw new RetryTransaction('another request has just added the address');
      throw error;
    }
  }

  /**
   * Keeps others from changing the group until the transaction ends, and rules from beginning to use it, as they would
   * be deleted with it.
   */
  async function take(tx: Tx, context: RequestContext, id: string) {
    await tx.selectFrom('address_groups').select('id').where('id', '=', id).forUpdate().execute();
    const group = await find(tx, context, id);
    await checkRevision({ tx, context }, group.row);
    return group;
  }

  async function checkUnused(tx: Tx, id: string): Promise<void> {
    const rule = await tx
      .selectFrom('securitygrouprules')
      .select('id')
      .where('remote_address_group_id', '=', id)
      .limit(1)
      .executeTakeFirst();
    if (rule !== undefined) throw fault('AddressGroupInUse', { address_group_id: id });
  }

  async function create({ tx, context }: Work, given: Item): Promise<Item> {
    const id = randomUUID();
    const addresses = canonicalAddresses(given.addresses ?? []);
    const standard_attr_id = await createStandardAttributes(
      tx,
      'address_groups',
      given.description as string,
      addresses.length,
    );
    const { name, tenant_id } = given as { name: string; tenant_id: string };
    await tx
      .insertInto('address_groups')
      .values({ id, project_id: tenant_id, name, standard_attr_id })
      .execute();
    await insertAddresses(tx, id, addresses);
    const { item } = await find(tx, { ...context, isAdmin: true }, id);
    await outbox.add(tx, addressGroupPush(context.rpc, item));
    return item;
  }

  /** Changes a group and tells agents; `write` gets the group as it was, and returns how many changes it made. */
  const change = (
    context: RequestContext,
    id: string,
    write: (tx: Tx, before: Item) => Promise<number>,
    description?: string,
  ): Promise<Item> =>
    transact(server, context, async ({ tx }) => {
      const { row, item: before } = await take(tx, context, id);
      const count = await write(tx, before);
      if (count === 0) return before;
      await bumpRevision(tx, [row.standard_attr_id], description, count);
      const { item } = await find(tx, context, id);
      await outbox.add(tx, addressGroupPush(context.rpc, item));
      return item;
    });

  const addresses =
    (write: (tx: Tx, id: string, asked: readonly string[], present: readonly string[]) => Promise<void>) =>
    async (context: RequestContext, id: string, body: Item): Promise<Item> => {
      const asked = canonicalAddresses(body.addresses);
      const address_group = await change(context, id, async (tx, before) => {
        await write(tx, id, asked, before.addresses as string[]);
        return asked.length;
      });
      return { address_group };
    };

  return {
    async list(context, query) {
      const visible = addressGroupQuery(db.kysely).where(visibleAddressGroups(context));
      const rows = await listRows(visible, addressGroupShape, query);
      return loadAddressGroups(db.kysely, rows, context.projectId);
    },
    get: async (context, id) => (await find(db.kysely, context, id)).item,
    create: (context, items) =>
      transact(server, context, async (work) => {
        const created: Item[] = [];
        for (const item of items) created.push(await create(work, item));
        return created;
      }),
    update: (context, id, changes) =>
      change(
        context,
        id,
        async (tx) => {
          if ('name' in changes) {
            const name = changes.name as string;
            await tx.updateTable('address_groups').set({ name }).where('id', '=', id).execute();
          }
          return Object.keys(changes).length > 0 ? 1 : 0;
        },
        changes.description as string | undefined,
      ),
    delete: (context, id) =>
      transact(server, context, async ({ tx }) => {
        const { row } = await take(tx, context, id);
        await checkUnused(tx, id);
        await tx.deleteFrom('standardattributes').where('id', '=', row.standard_attr_id).execute();
        await outbox.add(tx, addressGroupPush(context.rpc, { id }));
      }),
    actions: {
      add_addresses: addresses(async (tx, id, asked, present) => {
        const held = new Set(present);
        const known = asked.filter((address) => held.has(address));
        if (known.length > 0) {
          throw fault('AddressesAlreadyExist', { addresses: known, address_group_id: id });
        }
        await insertAddresses(tx, id, asked);
      }),
      remove_addresses: addresses(async (tx, id, asked, present) => {
        const held = new Set(present);
        const unknown = asked.filter((address) => !held.has(address));
        if (unknown.length > 0)
          throw fault('AddressesNotFound', { addresses: unknown, address_group_id: id });
        if (asked.length === 0) return;
        await tx
          .deleteFrom('address_associations')
          .where('address_group_id', '=', id)
          .where('address', 'in', asked)
          .execute();
      }),
    },
  };
}
