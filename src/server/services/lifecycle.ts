import { RetryTransaction } from '../db/database.ts';
import { fault } from '../errors/index.ts';
import type { HookedResource, Hooks } from './hooks.ts';
import type { Item } from './service.ts';
import type { Work } from './work.ts';

/** Tells other rooms what happens to a resource: inside the transaction at once, and again after the commit. */
export interface Lifecycle {
  created(work: Work, items: readonly Item[]): Promise<void>;
  updated(work: Work, before: Item, after: Item): Promise<void>;
  deleted(work: Work, item: Item): Promise<void>;
}

export function lifecycle(hooks: Hooks, resource: HookedResource): Lifecycle {
  const reactions = hooks[resource];
  return {
    async created(work, items) {
      const { context, after } = work;
      for (const hook of reactions) {
        await hook.creating?.(work, items);
        if (hook.created === undefined) continue;
        for (const item of items) after(() => hook.created!(context, item));
      }
    },
    async updated(work, before, item) {
      const { context, after } = work;
      for (const hook of reactions) {
        await hook.updating?.(work, before, item);
        if (hook.updated !== undefined) after(() => hook.updated!(context, before, item));
      }
    },
    async deleted(work, item) {
      const { context, after } = work;
      for (const hook of reactions) {
        await hook.deleting?.(work, item);
        if (hook.deleted !== undefined) after(() => hook.deleted!(context, item));
      }
    },
  };
}

/** What tells the revision of a row. */
interface Revised {
  readonly standard_attr_id?: unknown;
  readonly revision_number?: unknown;
}

/**
 * Throws RevisionNumberConstraintFailed when the request's If-Match names another revision than the row has. Of several
 * requests that name the one it has, one goes on and the others wait for its end.
 */
export async function checkRevision(
  { tx, context: { ifMatch } }: Pick<Work, 'tx' | 'context'>,
  { standard_attr_id, revision_number }: Revised,
): Promise<void> {
  if (ifMatch === undefined) return;
  const now = await tx
    .selectFrom('standardattributes')
    .select('revision_number')
    .where('id', '=', standard_attr_id as number)
    .forUpdate()
    .executeTakeFirst();
  if (now?.revision_number !== revision_number) throw new RetryTransaction('the row was changed meanwhile');
  if (ifMatch === revision_number) return;
  throw fault('RevisionNumberConstraintFailed', { expected: ifMatch, current: revision_number });
}
