import type { Config } from '../../config/option.ts';
import type { Log } from '../../log/log.ts';
import type { AdditionName } from '../../resources/additions.ts';
import type { ChildName, MembersName, ResourceName } from '../../resources/index.ts';
import type { Db } from '../db/database.ts';
import type { Identity } from '../identity/identity.ts';
import type { PolicySource } from '../identity/policy/index.ts';
import type { AutoAllocation } from '../services/autoAllocation/index.ts';
import type { Quotas } from '../services/quotas/enforcement.ts';
import type { Item, RequestContext, ResourceService } from '../services/service.ts';
import type { ApiContext } from './context.ts';

/** What a list of members below another resource offers, e.g. the networks of a DHCP agent. */
export interface MembersService {
  list(context: RequestContext, parentId: string): Promise<Item[]>;
  add?(context: RequestContext, parentId: string, id: string): Promise<null>;
  remove?(context: RequestContext, parentId: string, id: string): Promise<void>;
}

/** What an addition is asked: the member's id where it stands below one, and what a POST brought. */
export interface Asked {
  readonly context: ApiContext;
  readonly id: string;
  readonly body: Item;
}

/** Answers an addition with what stands inside its key; undefined when there is no such object. */
export type Answers = (asked: Asked) => Promise<unknown>;

export type AdditionHandlers = Readonly<Record<AdditionName, Answers>>;

export type Services = Readonly<Partial<Record<ResourceName, ResourceService>>>;

/** What the API is made of: composed in the server's main file. */
export interface ApiParts {
  readonly config: Config;
  readonly log: Log;
  readonly db: Db;
  readonly services: Services;
  readonly autoAllocation?: AutoAllocation;
  /** The text of GET /metrics. */
  readonly metrics?: () => Promise<string>;
  /** What answers our additions to Neutron's API. */
  readonly additions?: Partial<AdditionHandlers>;
  /** The service of a resource below another, for one member of the latter. */
  readonly children?: Readonly<Partial<Record<ChildName, (parentId: string) => ResourceService>>>;
  readonly members: Readonly<Partial<Record<MembersName, MembersService>>>;
  readonly identity: Identity;
  readonly policy: PolicySource;
  readonly quotas: Quotas;
}
