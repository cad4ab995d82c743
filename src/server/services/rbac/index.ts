import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { ServerContext } from '../../context.ts';
import { RetryTransaction } from '../../db/database.ts';
import { isDuplicate, isForeignKeyViolation } from '../../db/errors.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { listRows } from '../listing.ts';
import type { QuotaCheck } from '../quotas/enforcement.ts';
import type { Item, RequestContext, ResourceService, Tx } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import { transact } from '../work.ts';
import { becomeExternal, ceaseExternal } from './external.ts';
import { lossOf } from './loss.ts';
import { type ObjectType, objectTypeOf } from './objectTypes.ts';
import { type PolicyRow, policyQuery, policyShape, presentPolicy, visiblePolicies } from './rows.ts';
import { checkAction, checkScope } from './validation.ts';

/** Neutron looks at a change of policies in callbacks, and its messages say so, with a number of the process. */
const callback = ({ message }: Error) => `Callback validate_rbac_policy_change failed with "${message}"`;
const invalid = (reason: Error) => fault('InvalidInput', { error_message: callback(reason) });
const inUse = (object_id: string, reason: Error) =>
  fault('RbacPolicyInUse', { object_id, details: callback(reason) });

const notOwner = () =>
  fault('InvalidInput', {
    error_message: 'Only admins can manipulate policies on objects they do not own',
  });

/** Locks the object: of two policies that let its user in one may go, and the second sees it gone. */
const objectOf = (tx: Tx, { objects }: ObjectType, id: string) =>
  tx.selectFrom(objects).select('project_id').where('id', '=', id).forUpdate().executeTakeFirst();

/** Sharing counts as a change of a network, and of no other object; that it turns external or internal as another. */
async function countChange(tx: Tx, { name }: ObjectType, id: string, by = 1): Promise<void> {
  if (name !== 'network') return;
  const networks = await tx.selectFrom('networks').select('standard_attr_id').where('id', '=', id).execute();
  await bumpRevision(
    tx,
    networks.map(({ standard_attr_id }) => standard_attr_id),
    undefined,
    by,
  );
}

/** Throws DuplicateRbacPolicy for a policy that there is already. */
async function unlessDuplicate(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (isForeignKeyViolation(error)) throw new RetryTransaction('the object has just been deleted');
    throw isDuplicate(error) ? fault('DuplicateRbacPolicy') : error;
  }
}

/** The policies that let other projects use objects. Nobody is told: who asks for the objects sees them, or no more. */
export function createRbacService(server: ServerContext, quotas: QuotaCheck): ResourceService {
  const { db } = server;

  async function find(connection: Kysely<Database>, context: RequestContext, id: string): Promise<PolicyRow> {
    const row = await policyQuery(connection)
      .where('policies.id', '=', id)
      .where(visiblePolicies(context))
      .executeTakeFirst();
    if (row === undefined) throw policyShape.missing(id);
    return row;
  }

  /** A policy with its object locked, as it is then: who was first may have changed it, or deleted either. */
  async function take(tx: Tx, context: RequestContext, id: string) {
    const known = await find(tx, context, id);
    const type = objectTypeOf(known.object_type);
    const object = await objectOf(tx, type, known.object_id);
    return { policy: await find(tx, context, id), type, owner: object?.project_id ?? null };
  }

  async function add(tx: Tx, context: RequestContext, item: Item): Promise<PolicyRow> {
    const row = {
      id: randomUUID(),
      project_id: item.tenant_id,
      object_id: item.object_id,
      action: item.action,
      target_project: item.target_tenant,
    } as Omit<PolicyRow, 'object_type'>;
    quotas.check(tx, 'rbac_policy', row.project_id ?? '');
    const type = objectTypeOf(item.object_type);
    const object = await objectOf(tx, type, row.object_id);
    if (object && !context.isAdmin && object.project_id !== context.projectId) throw invalid(notOwner());
    checkAction(type, row.action);
    if (object === undefined) throw invalid(type.missing(row.object_id));
    const unreachable = await checkScope(tx, type, row);
    if (unreachable) throw invalid(unreachable);
    await unlessDuplicate(tx.insertInto(type.policies).values(row).execute());
    const turned = row.action === 'access_as_external' && (await becomeExternal(tx, row.object_id));
    await countChange(tx, type, row.object_id, turned ? 2 : 1);
    return { ...row, object_type: type.name };
  }

  return {
    async list(context, query) {
      const visible = policyQuery(db.kysely).where(visiblePolicies(context));
      const { filters, sorts } = query;
      return (await listRows(visible, policyShape, { filters, sorts })).map(presentPolicy);
    },
    get: async (context, id) => presentPolicy(await find(db.kysely, context, id)),
    create: (context, items) =>
      transact(server, context, async ({ tx }) => {
        const made: Item[] = [];
        for (const item of items) made.push(presentPolicy(await add(tx, context, item)));
        return made;
      }),
    update: (context, id, changes) =>
      transact(server, context, async ({ tx }) => {
        const { policy, type, owner } = await take(tx, context, id);
        if (!context.isAdmin && owner !== context.projectId) {
          throw inUse(policy.object_id, notOwner());
        }
        const target_project = (changes.target_tenant ?? policy.target_project) as string;
        if (target_project === policy.target_project) return presentPolicy(policy);
        const loss = await lossOf(tx, type, policy, owner, target_project);
        if (loss) throw inUse(policy.object_id, loss);
        await unlessDuplicate(
          tx.updateTable(type.policies).set({ target_project }).where('id', '=', id).execute(),
        );
        await countChange(tx, type, policy.object_id);
        return presentPolicy({ ...policy, target_project });
      }),
    delete: (context, id) =>
      transact(server, context, async ({ tx }) => {
        const { policy, type, owner } = await take(tx, context, id);
        const loss = await lossOf(tx, type, policy, owner, undefined);
        if (loss) throw inUse(policy.object_id, loss);
        await tx.deleteFrom(type.policies).where('id', '=', id).execute();
        const turned = policy.action === 'access_as_external' && (await ceaseExternal(tx, policy.object_id));
        await countChange(tx, type, policy.object_id, turned ? 2 : 1);
      }),
  };
}
