import { createBody, updateBody } from '../../resources/body.ts';
import { keyOf, policySubject, type ResourceDefinition } from '../../resources/definition.ts';
import { badRequest, fault } from '../errors/index.ts';
import type { ResourceService } from '../services/service.ts';
import type { Access } from './access.ts';
import { type Answer, created, noContent, ok } from './answer.ts';
import { createBodies } from './bodies.ts';
import { listAnswer } from './listAnswer.ts';
import { requireOwnNetwork } from './ownership.ts';
import { type Presenter, presenter } from './present.ts';
import { pageLinks, parseQuery, type QueryRules } from './query.ts';
import type { Services } from './registry.ts';
import type { ApiRequest } from './request.ts';
import { parseBody } from './requestBody.ts';
import { rulesOfAction } from './ruleTree.ts';

export interface CollectionParts {
  readonly definition: ResourceDefinition;
  readonly service: ResourceService;
  readonly services: Services;
  readonly access: Access;
  readonly queryRules: QueryRules;
  readonly allowBulk: boolean;
}

/** The requests on one resource: list, show, create (also in bulk), update, delete and member actions. */
export function createCollection(parts: CollectionParts) {
  const { definition, service, access } = parts;
  const { name, collection } = definition;
  const bodies = createBodies(definition, parts.allowBulk);
  const mayGet = `get_${policySubject(definition)}`;
  const show = (request: ApiRequest, fields: readonly string[] = []): Presenter =>
    presenter(definition, access, request.context, fields);

  async function index(request: ApiRequest): Promise<Answer> {
    const { context, params } = request;
    const { list, fields } = parseQuery(definition, params, parts.queryRules);
    const present = show(request, fields);
    const ids: unknown[] = [];
    async function* pages() {
      for await (const items of service.pages?.(context, list) ?? [await service.list(context, list)]) {
        const verdicts = await access.allowed(context, mayGet, items);
        const visible = items.filter((_, position) => verdicts[position]);
        for (const item of visible) ids.push(item[keyOf(definition)]);
        yield visible.map(present);
      }
    }
    return listAnswer(collection, pages(), () => pageLinks(request.origin + request.path, params, list, ids));
  }

  async function showOne(request: ApiRequest, id: string): Promise<Answer> {
    const item = await service.get(request.context, id);
    const [visible] = await access.allowed(request.context, mayGet, [item]);
    if (!visible) throw fault('HTTPNotFound');
    return ok({ [name]: show(request, request.params.getAll('fields').filter(Boolean))(item) });
  }

  async function create(request: ApiRequest): Promise<Answer> {
    const { context } = request;
    const { items, bulk } = bodies.several(request);
    const prepared = items.map((item) => {
      const project = item.tenant_id ?? item.project_id;
      const foreign = project !== undefined && project !== context.projectId;
      if (foreign && !context.isAdmin && access.bound(context, 'context_is_advsvc') !== true) {
        throw badRequest(
          "Specifying 'project_id' or 'tenant_id' other than the authenticated project in request requires admin or advsvc privileges",
        );
      }
      if (
        project === undefined &&
        context.projectId === '' &&
        Object.hasOwn(definition.attributes, 'tenant_id')
      ) {
        throw badRequest('Running without keystone AuthN requires that tenant_id is specified');
      }
      return createBody(definition, item, context.projectId);
    });
    if (!service.create) throw fault('HTTPMethodNotAllowed');
    for (const body of prepared) {
      await requireOwnNetwork(definition, parts.services, access, context, body);
      await access.create(context, definition, body);
    }
    const made = (await service.create(context, prepared)).map(show(request));
    return created(bulk ? { [collection]: made } : { [name]: made[0] });
  }

  async function update(request: ApiRequest, id: string): Promise<Answer> {
    const { context } = request;
    const given = bodies.one(request);
    const changes = updateBody(definition, given);
    if (!service.update) throw fault('HTTPMethodNotAllowed');
    const before = await service.get(context, id);
    await access.change(context, definition, 'update', before, changes);
    return ok({ [name]: show(request)(await service.update(context, id, changes)) });
  }

  async function remove(request: ApiRequest, id: string): Promise<Answer> {
    if (request.body.trim() !== '') throw badRequest('Request body is not supported in DELETE.');
    if (!service.delete) throw fault('HTTPMethodNotAllowed');
    const before = await service.get(request.context, id);
    await access.change(request.context, definition, 'delete', before, {});
    await service.delete(request.context, id);
    return noContent;
  }

  async function act(request: ApiRequest, id: string, action: string): Promise<Answer> {
    const perform = service.actions?.[action];
    if (!perform) throw fault('HTTPNotFound');
    if (request.method !== 'PUT') throw fault('HTTPMethodNotAllowed');
    const body = parseBody(request.body) ?? {};
    const row = await service.get(request.context, id);
    const [visible] = await access.allowed(request.context, mayGet, [row]);
    if (!visible) throw fault('HTTPNotFound');
    await access.demand(request.context, rulesOfAction(definition, action, row), row);
    return ok(await perform(request.context, id, body));
  }

  return async (request: ApiRequest): Promise<Answer> => {
    const [id, action] = request.rest;
    const { method } = request;
    if (action !== undefined) {
      if (id === undefined || request.rest.length > 2) throw fault('HTTPNotFound');
      return act(request, id, action);
    }
    if (method === 'GET' || method === 'OPTIONS') {
      return id === undefined ? index(request) : showOne(request, id);
    }
    if (method === 'POST' && id === undefined) return create(request);
    if (method === 'PUT') return update(request, id ?? 'None');
    if (method === 'DELETE') return remove(request, id ?? 'None');
    throw fault('HTTPMethodNotAllowed');
  };
}

/** The same for a resource below another, in the collection of one member of `parents`, which the caller must see. */
export const createChildCollection =
  (
    parts: Omit<CollectionParts, 'service'>,
    parents: ResourceService,
    serviceOf: (parentId: string) => ResourceService,
  ) =>
  async (request: ApiRequest): Promise<Answer> => {
    const [parent = '', , ...rest] = request.rest;
    await parents.get(request.context, parent);
    return createCollection({ ...parts, service: serviceOf(parent) })({ ...request, rest });
  };
