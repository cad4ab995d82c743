import type { Transaction } from 'kysely';
import type { RpcContext } from '../../messaging/transport.ts';
import type { Database } from '../db/schema/index.ts';

/** Who asks: from Keystone's token, or an admin in noauth mode. */
export interface RequestContext {
  readonly requestId: string;
  readonly userId: string | null;
  readonly projectId: string;
  readonly projectName: string | null;
  readonly roles: readonly string[];
  /** What policy rule context_is_admin decided. */
  readonly isAdmin: boolean;
  /** Revision the changed resource must still have (If-Match): compared inside the transaction. */
  readonly ifMatch?: number;
  /** The same as oslo.context's dictionary, for RPC. */
  readonly rpc: RpcContext;
}

/** A resource as the API shows it, every attribute present; the HTTP room cuts it to the allowed fields. */
export type Item = Record<string, unknown>;

/** Whether a JSON value is an object: neither a list nor null. */
export const isItem = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** For whom something is shown. */
export type Seer = Pick<RequestContext, 'isAdmin' | 'projectId'>;

export interface ListQuery {
  /** Attribute → accepted values (already converted); several values are or-ed, several attributes and-ed. */
  readonly filters: Readonly<Record<string, readonly unknown[]>>;
  readonly sorts: readonly { readonly key: string; readonly direction: 'asc' | 'desc' }[];
  readonly limit?: number;
  readonly marker?: string;
  readonly pageReverse?: boolean;
  /** When given, a service may skip loading what is not asked for. */
  readonly fields?: readonly string[];
}

export type Tx = Transaction<Database>;

/**
 * What every API resource offers to the HTTP room. Bodies are validated and defaulted by the resource's definition
 * before they arrive; an attribute the client did not send and that has no default is absent.
 */
export interface ResourceService {
  list(context: RequestContext, query: ListQuery): Promise<Item[]>;
  /** The same list in pieces, for resources of which there may be more than memory should hold. */
  pages?(context: RequestContext, query: ListQuery): AsyncIterable<Item[]>;
  /** Rejects with the resource's NotFound error; a project does not see another's unshared resource. */
  get(context: RequestContext, id: string): Promise<Item>;
  /** One transaction for all of a bulk request: all or none. */
  create?(context: RequestContext, items: readonly Item[]): Promise<Item[]>;
  update?(context: RequestContext, id: string, changes: Item): Promise<Item>;
  delete?(context: RequestContext, id: string): Promise<void>;
  /** Member actions by PUT, e.g. add_router_interface. */
  readonly actions?: Readonly<
    Record<string, (context: RequestContext, id: string, body: Item) => Promise<Item>>
  >;
}
