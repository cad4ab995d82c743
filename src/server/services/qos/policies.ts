import { randomUUID } from 'node:crypto';
import type { ServerContext } from '../../context.ts';
import { RetryTransaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/errors.ts';
import { fault } from '../../errors/index.ts';
import { qosPolicyGone, qosPolicyPush } from '../../notify/qosPolicies.ts';
import { checkRevision } from '../lifecycle.ts';
import { listRows } from '../listing.ts';
import { lossOf } from '../rbac/loss.ts';
import { objectTypeOf } from '../rbac/objectTypes.ts';
import type { Item, RequestContext, ResourceService, Tx } from '../service.ts';
import { shareWithAll } from '../shares.ts';
import { bumpRevision, createStandardAttributes } from '../standardAttributes.ts';
import { transact, type Work } from '../work.ts';
import {
  type FoundPolicy,
  findPolicy,
  loadPolicies,
  type PolicyRow,
  policyQuery,
  policyShape,
  visiblePolicies,
} from './rows.ts';

/** A policy that nobody else changes, gives away or deletes until the transaction ends. */
export async function takePolicy(tx: Tx, context: RequestContext, id: string): Promise<FoundPolicy> {
  await tx.selectFrom('qos_policies').select('id').where('id', '=', id).forUpdate().execute();
  return findPolicy(tx, context, id);
}

/** What may have a policy, in the order in which Neutron looks for what still has it. */
const users = [
  ['port', 'qos_port_policy_bindings', 'port_id'],
  ['network', 'qos_network_policy_bindings', 'network_id'],
  ['fip', 'qos_fip_policy_bindings', 'fip_id'],
  ['router', 'qos_router_gw_policy_bindings', 'router_id'],
] as const;

async function checkUnused(tx: Tx, policy_id: string): Promise<void> {
  for (const [object_type, table, column] of users) {
    const bound = await tx
      .selectFrom(table as 'qos_port_policy_bindings')
      .select(column as 'port_id')
      .where('policy_id', '=', policy_id)
      .limit(1)
      .executeTakeFirst();
    if (bound === undefined) continue;
    const object_id = (bound as Item)[column];
    throw fault('QosPolicyInUse', { policy_id, object_type, object_id });
  }
}

/** Makes a policy the default of its project, which has no other. @throws QoSPolicyDefaultAlreadyExists */
async function setDefault(tx: Tx, { id, project_id }: PolicyRow): Promise<void> {
  const now = await tx
    .selectFrom('qos_policies_default')
    .select('qos_policy_id')
    .where('project_id', '=', project_id ?? '')
    .executeTakeFirst();
  if (now?.qos_policy_id === id) return;
  if (now !== undefined) throw fault('QoSPolicyDefaultAlreadyExists', { project_id });
  try {
    const values = { qos_policy_id: id, project_id: project_id ?? '' };
    await tx.insertInto('qos_policies_default').values(values).execute();
  } catch (error) {
    throw isDuplicate(error) ? new RetryTransaction('another policy has just become the default') : error;
  }
}

async function unshare(tx: Tx, { id, project_id }: PolicyRow): Promise<void> {
  const share = await tx
    .selectFrom('qospolicyrbacs')
    .selectAll()
    .where('object_id', '=', id)
    .where('target_project', '=', '*')
    .executeTakeFirst();
  if (share === undefined) return;
  const type = objectTypeOf('qos_policy');
  const policy = { ...share, object_type: type.name, action: 'access_as_shared' as const };
  const loss = await lossOf(tx, type, policy, project_id, undefined);
  if (loss) throw loss;
  await tx.deleteFrom('qospolicyrbacs').where('id', '=', share.id).execute();
}

/** QoS policies. Agents are told of each change of one. */
export function createQosPolicyService(server: ServerContext): ResourceService {
  const { db, outbox } = server;

  async function create({ tx, context }: Work, given: Item): Promise<Item> {
    const { tenant_id: project_id, name } = given as { tenant_id: string; name: string };
    if (!project_id) throw fault('BadRequest', { resource: 'QoS policy', msg: 'Must have "policy_id"' });
    const id = randomUUID();
    const revision = given.is_default === true ? 1 : 0;
    const description = (given.description ?? '') as string;
    const standard_attr_id = await createStandardAttributes(tx, 'qos_policies', description, revision);
    await tx.insertInto('qos_policies').values({ id, project_id, name, standard_attr_id }).execute();
    if (given.shared === true) await shareWithAll(tx, 'qospolicyrbacs', id, project_id);
    const { row } = await findPolicy(tx, { ...context, isAdmin: true }, id);
    if (given.is_default === true) await setDefault(tx, row);
    return (await findPolicy(tx, { ...context, isAdmin: true }, id)).policy;
  }

  async function write(tx: Tx, { row, policy }: FoundPolicy, changes: Item): Promise<void> {
    const { name, description, shared, is_default } = changes;
    if (is_default === true) await setDefault(tx, row);
    if (is_default === false && policy.is_default) {
      await tx.deleteFrom('qos_policies_default').where('qos_policy_id', '=', row.id).execute();
    }
    if (name !== undefined) {
      await tx
        .updateTable('qos_policies')
        .set({ name: name as string })
        .where('id', '=', row.id)
        .execute();
    }
    if (shared === true) await shareWithAll(tx, 'qospolicyrbacs', row.id, row.project_id ?? '');
    if (shared === false) await unshare(tx, row);
    const turned = is_default !== undefined && is_default !== policy.is_default;
    const count = (name === undefined && description === undefined ? 0 : 1) + (turned ? 1 : 0);
    if (count > 0) await bumpRevision(tx, [row.standard_attr_id], description as string | undefined, count);
  }

  return {
    async list(context, query) {
      const visible = policyQuery(db.kysely).where(visiblePolicies(context));
      return loadPolicies(db.kysely, await listRows(visible, policyShape(context), query), context.projectId);
    },
    get: async (context, id) => (await findPolicy(db.kysely, context, id)).policy,
    create: (context, items) =>
      transact(server, context, async (work) => {
        const created: Item[] = [];
        for (const item of items) created.push(await create(work, item));
        return created;
      }),
    update: (context, id, changes) =>
      transact(server, context, async ({ tx }) => {
        const found = await takePolicy(tx, context, id);
        await checkRevision({ tx, context }, found.row);
        await write(tx, found, changes);
        const { policy } = await findPolicy(tx, context, id);
        await outbox.add(tx, qosPolicyPush(context.rpc, policy));
        return policy;
      }),
    delete: (context, id) =>
      transact(server, context, async ({ tx }) => {
        const { row } = await takePolicy(tx, context, id);
        await checkRevision({ tx, context }, row);
        await checkUnused(tx, id);
        // Rules, shares and the default hang on the policy and go with it.
        await tx.deleteFrom('standardattributes').where('id', '=', row.standard_attr_id).execute();
        await outbox.add(tx, qosPolicyGone(context.rpc, id));
      }),
  };
}
