import type { MembersDefinition } from '../../resources/index.ts';
import { pythonText } from '../../resources/pythonText.ts';
import { badRequest, fault } from '../errors/index.ts';
import type { Item } from '../services/service.ts';
import type { Access } from './access.ts';
import { type Answer, created, noContent, ok } from './answer.ts';
import { presenter } from './present.ts';
import type { MembersService } from './registry.ts';
import type { ApiRequest } from './request.ts';
import { parseBody } from './requestBody.ts';

/** The id that a body names. */
function named(body: Item, attribute: string): string {
  if (body[attribute] !== undefined) return pythonText(body[attribute]);
  const message = `Failed to parse request. Required attribute '${attribute}' not specified`;
  throw badRequest(message);
}

/** The requests on `/<parents>/<id>/<children>`: list whole, add, remove. All are an administrator's by default. */
export function createMembers(definition: MembersDefinition, service: MembersService, access: Access) {
  const { shows, rules, adds } = definition;

  const rowOf = (request: ApiRequest): Item => ({ tenant_id: request.context.projectId });

  async function index(request: ApiRequest, parent: string): Promise<Answer> {
    await access.demand(request.context, rules.list, rowOf(request));
    const items = await service.list(request.context, parent);
    // As in Neutron a query chooses neither items nor fields here.
    return ok({ [shows.collection]: items.map(presenter(shows, access, request.context, [])) });
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
