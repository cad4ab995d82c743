import type { Item, RequestContext } from './service.ts';
import type { Work } from './work.ts';

/**
 * Reactions of other rooms to a change: …ing inside the transaction (may throw, must not block), …ed after commit.
 * `creating` hears of all items of a request at once, so that what they have in common is asked for once.
 */
export interface ResourceHooks {
  creating?(work: Work, items: readonly Item[]): Promise<void>;
  created?(context: RequestContext, item: Item): Promise<void>;
  updating?(work: Work, before: Item, after: Item): Promise<void>;
  updated?(context: RequestContext, before: Item, after: Item): Promise<void>;
  deleting?(work: Work, item: Item): Promise<void>;
  deleted?(context: RequestContext, item: Item): Promise<void>;
}

export type HookedResource =
  | 'network'
  | 'subnet'
  | 'port'
  | 'router'
  | 'floatingip'
  | 'security_group'
  | 'security_group_rule';

/** Composed once in compose.ts, so that the order of reactions is explicit. */
export type Hooks = Record<HookedResource, ResourceHooks[]>;

/** Hooks that nobody has put anything into yet. */
export const noHooks = (): Hooks => ({
  network: [],
  subnet: [],
  port: [],
  router: [],
  floatingip: [],
  security_group: [],
  security_group_rule: [],
});
