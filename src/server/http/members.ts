import type { MembersDefinition } from '../../resources/index.ts';
import { fault } from '../errors/index.ts';
import type { Item } from '../services/service.ts';
import type { Access } from './access.ts';
import { type Answer, created, noContent, ok } from './answer.ts';
import { presenter } from './present.ts';
import { parseQuery, type QueryRules } from './query.ts';
import type { MembersService } from './registry.ts';
import type { ApiRequest } from './request.ts';
import { parseBody } from './requestBody.ts';

/** The id that a body names. */
function named(body: Item, attribute: string): string {
  const id = body[attribute];
  if (typeof id === 'string') return id;
  const message = `Failed to parse request. Required attribute '${attribute}' not specified`;
  throw fault('HTTPBadRequest', { message });
}

/** The requests on `/<parents>/<id>/<children>`: list, add, remove. All are an administrator's by default. */
export function createMembers(
  definition: MembersDefinition,
  service: MembersService,
  access: Access,
  queryRules: QueryRules,
) {
  const { shows, rules, adds } = definition;

  const rowOf = (request: ApiRequest): Item => ({ tenant_id: request.context.projectId });

  async function index(request: ApiRequest, parent: string): Promise<Answer> {
    const [visible] = await access.allowed(request.context, rules.list, [{}]);
    if (!visible) throw fault('HTTPNotFound');
    const query = parseQuery(shows, request.params, queryRules);
    const items = await service.list(request.context, parent, query.list);
    return ok({ [shows.collection]: items.map(presenter(shows, access, request.context, query.fields)) });
  }

  return async (request: ApiRequest): Promise<Answer> => {
    const [parent = '', , child, ...more] = request.rest;
    if (more.length > 0) throw fault('HTTPNotFound');
    if (request.method === 'GET' && child === undefined) return index(request, parent);
    if (request.method === 'POST' && child === undefined && service.add && adds) {
      await access.demand(request.context, `create_${rules.member}`, rowOf(request));
      const id = named(parseBody(request.body) ?? {}, adds);
      return created(await service.add(request.context, parent, id));
    }
    if (request.method === 'DELETE' && child !== undefined && service.remove) {
      await access.demand(request.context, `delete_${rules.member}`, rowOf(request));
      await service.remove(request.context, parent, child);
      return noContent;
    }
    throw fault(child === undefined ? 'HTTPMethodNotAllowed' : 'HTTPNotFound');
  };
}
