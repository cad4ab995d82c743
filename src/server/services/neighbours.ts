import type { FixedIp } from '../ipam/requests.ts';
import type { Queries } from '../scheduling/agents.ts';
import type { Item, RequestContext } from './service.ts';
import type { Work } from './work.ts';

/** What services need of another one's resources. */
export interface Lookup {
  /** What the caller may see; rejects with NotFound. */
  get(context: RequestContext, id: string): Promise<Item>;
  getIn(queries: Queries, id: string): Promise<Item | undefined>;
  listIn(queries: Queries, filters: Readonly<Record<string, readonly unknown[]>>): Promise<Item[]>;
}

/** What they need of ports, within their own transaction. */
export interface Ports extends Lookup {
  createIn(work: Work, item: Item): Promise<Item>;
  updateIn(work: Work, id: string, changes: Item): Promise<Item>;
  /** Changes a port as it then is, unless it has gone meanwhile. */
  updateIfPresent(work: Work, id: string, changesOf: (before: Item) => Item): Promise<Item | undefined>;
  deleteIn(work: Work, id: string): Promise<void>;
}

export const fixedIpsOf = (port: Item): readonly FixedIp[] => port.fixed_ips as readonly FixedIp[];
