import { type ResourceDefinition, resources } from '../../resources/index.ts';
import { fault } from '../errors/index.ts';
import type { Item } from '../services/service.ts';
import type { Access } from './access.ts';
import { type Answer, created, noContent, ok } from './answer.ts';
import { presenter } from './present.ts';
import { parseQuery, type QueryRules } from './query.ts';
import type { SubresourceName, SubresourceService } from './registry.ts';
import type { ApiRequest } from './request.ts';
import { parseBody } from './requestBody.ts';

/** An agent that hosts something, seen from there. */
const hostingAgent: ResourceDefinition = {
  ...resources.agent,
  order: [...resources.agent.order, 'resource_versions', 'ha_state'],
};

/** What each collection below another resource shows, and the policy rules for it. */
const shapes = {
  'agents/dhcp-networks': { shows: resources.network, rule: 'dhcp-network', list: 'get_dhcp-networks' },
  'agents/l3-routers': { shows: resources.router, rule: 'l3-router', list: 'get_l3-routers' },
  'networks/dhcp-agents': { shows: hostingAgent, rule: 'dhcp-agent', list: 'get_dhcp-agents' },
  'routers/l3-agents': { shows: hostingAgent, rule: 'l3-agent', list: 'get_l3-agents' },
} as const;

/** The requests on `/<parents>/<id>/<children>`: list, add, remove. All are an administrator's by default. */
export function createSubresource(
  name: SubresourceName,
  service: SubresourceService,
  access: Access,
  queryRules: QueryRules,
) {
  const { shows, rule, list } = shapes[name];

  const rowOf = (request: ApiRequest): Item => ({ tenant_id: request.context.projectId });

  async function index(request: ApiRequest, parent: string): Promise<Answer> {
    const [visible] = await access.allowed(request.context, list, [{}]);
    if (!visible) throw fault('HTTPNotFound');
    const query = parseQuery(shows, request.params, queryRules);
    const items = await service.list(request.context, parent, query.list);
    return ok({ [shows.collection]: items.map(presenter(shows, access, request.context, query.fields)) });
  }

  return async (request: ApiRequest): Promise<Answer> => {
    const [parent = '', , child, ...more] = request.rest;
    if (more.length > 0) throw fault('HTTPNotFound');
    if (request.method === 'GET' && child === undefined) return index(request, parent);
    if (request.method === 'POST' && child === undefined && service.create) {
      await access.demand(request.context, `create_${rule}`, rowOf(request));
      return created(await service.create(request.context, parent, parseBody(request.body) ?? {}));
    }
    if (request.method === 'DELETE' && child !== undefined && service.delete) {
      await access.demand(request.context, `delete_${rule}`, rowOf(request));
      await service.delete(request.context, parent, child);
      return noContent;
    }
    throw fault(child === undefined ? 'HTTPMethodNotAllowed' : 'HTTPNotFound');
  };
}
