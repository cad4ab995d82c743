import { api } from '../../config/options/index.ts';
import { fault } from '../errors/index.ts';
import { loadedExtensions } from '../services/extensions/loaded.ts';
import { createQuotaService } from '../services/quotas/service.ts';
import { createTags } from '../services/tags.ts';
import { createAccess } from './access.ts';
import { additionHandlers } from './additions.ts';
import type { Answer } from './answer.ts';
import { createAutoAllocationHandler } from './autoAllocation.ts';
import { createChildCollection, createCollection } from './collection.ts';
import { createExtensionsHandler } from './extensions.ts';
import { createMembers } from './members.ts';
import type { QueryRules } from './query.ts';
import { createQuotaHandler } from './quotas.ts';
import type { ApiParts } from './registry.ts';
import type { ApiRequest } from './request.ts';
import { servedBy } from './served.ts';
import { createTagHandler } from './tags.ts';

export type Handler = (request: ApiRequest) => Promise<Answer>;

/** Hyphens and underscores are the same in the first segment of a path. */
const keyOf = (segment: string): string => segment.replaceAll('_', '-');

const maxLimitOf = (text: string): number | undefined => {
  const limit = Number(text);
  return Number.isInteger(limit) && limit > 0 ? limit : undefined;
};

/** Finds who answers `/v2.0/<collection>/…`: made once from the definitions and the services there are. */
export function createDispatch(parts: ApiParts): Handler {
  const { config, db, services } = parts;
  const { allow_bulk, filter_validation, pagination_max_limit } = config.group(api);
  const access = createAccess(services);
  const queryRules: QueryRules = {
    validateFilters: filter_validation,
    maxLimit: maxLimitOf(pagination_max_limit),
  };
  const tags = createTags(db);
  const handlers = new Map<string, Handler>([
    ['extensions', createExtensionsHandler(loadedExtensions(config))],
    ['quotas', createQuotaHandler(createQuotaService(db, parts.quotas), access)],
  ]);
  const below = new Map<string, Handler>();
  const shared = { services, access, queryRules, allowBulk: allow_bulk };

  const served = servedBy(parts);
  for (const { definition, service } of served.resources) {
    const key = keyOf(definition.path);
    handlers.set(key, createCollection({ ...shared, definition, service }));
    // Tags stand below the collection's name alone: /v2.0/policies/<id>/tags.
    if (definition.tags) {
      below.set(`${keyOf(definition.collection)}/tags`, createTagHandler(definition, service, tags));
    }
  }
  if (parts.autoAllocation && served.topology) {
    const handler = createAutoAllocationHandler(served.topology, parts.autoAllocation, access);
    handlers.set(served.topology.path, handler);
  }
  for (const { definition, parent, serviceOf } of served.children) {
    below.set(
      `${keyOf(parent.definition.path)}/${definition.path}`,
      createChildCollection({ ...shared, definition }, parent.service, serviceOf),
    );
  }
  for (const { definition, service } of served.members) {
    below.set(
      `${keyOf(definition.below.path)}/${definition.path}`,
      createMembers(definition, service, access),
    );
  }
  for (const { path, below: ofMembers, handler } of additionHandlers(parts, access)) {
    (ofMembers ? below : handlers).set(path, handler);
  }

  /** What stands before the collections of an extension: /v2.0/qos/policies. */
  const prefixes = new Set(
    [...handlers.keys()].filter((key) => key.includes('/')).map((key) => key.split('/')[0]),
  );

  return async (request) => {
    const [first = '', ...others] = request.rest;
    const isPrefix = prefixes.has(first) && others[0] !== undefined;
    const collection = isPrefix ? `${first}/${others[0]}` : first;
    const rest = isPrefix ? others.slice(1) : others;
    const key = keyOf(collection);
    const [, child = ''] = rest;
    const handler = below.get(`${key}/${child}`) ?? below.get(`${key}/${keyOf(child)}`) ?? handlers.get(key);
    if (!handler) throw fault('HTTPNotFound');
    return handler({ ...request, rest });
  };
}
