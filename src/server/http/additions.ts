import { type Addition, type AdditionName, additions } from '../../resources/additions.ts';
import { resources } from '../../resources/index.ts';
import { badRequest, fault } from '../errors/index.ts';
import type { Item, ResourceService } from '../services/service.ts';
import type { Access } from './access.ts';
import { type Answer, created, ok } from './answer.ts';
import type { Answers, ApiParts } from './registry.ts';
import type { ApiRequest } from './request.ts';
import { parseBody } from './requestBody.ts';

/** The additions that are served: those that have an answer, and whose resource is served. */
export const servedAdditions = ({ additions: answers = {}, services }: ApiParts) =>
  Object.entries<Addition>(additions).flatMap(([name, addition]) => {
    const answer = answers[name as AdditionName];
    const parent = addition.of === undefined ? undefined : services[addition.of];
    return answer && (parent || addition.of === undefined) ? [{ name, addition, answer, parent }] : [];
  });

function bodyOf({ method, key }: Addition, raw: string): Item {
  if (method === 'GET') return {};
  const body = parseBody(raw)?.[key];
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Item;
  throw badRequest(`The body must be an object with the name ${key} around it`);
}

async function admit(
  access: Access,
  { rule }: Addition,
  request: ApiRequest,
  parent: ResourceService | undefined,
): Promise<void> {
  const { context, rest } = request;
  if (!parent) return access.demand(context, rule, { tenant_id: context.projectId });
  const [visible] = await access.allowed(context, rule, [await parent.get(context, rest[0]!)]);
  if (!visible) throw fault('HTTPNotFound');
}

/** Answers an addition's path: as for any resource, who may not see it is told that it is not there. */
const createHandler =
  (addition: Addition, answer: Answers, parent: ResourceService | undefined, access: Access) =>
  async (request: ApiRequest): Promise<Answer> => {
    const [id = '', , ...more] = request.rest;
    if (more.length > 0 || (!parent && request.rest.length > 0)) throw fault('HTTPNotFound');
    if (request.method !== addition.method) throw fault('HTTPMethodNotAllowed');
    await admit(access, addition, request, parent);
    const body = bodyOf(addition, request.body);
    const result = await answer({ context: request.context, id, body });
    if (result === undefined) throw fault('HTTPNotFound');
    return (addition.method === 'POST' ? created : ok)({ [addition.key]: result });
  };

/** Handlers of the additions by path: `ports/diagnosis` below each port, `nts-problems` by itself. */
export const additionHandlers = (parts: ApiParts, access: Access) =>
  servedAdditions(parts).map(({ addition, answer, parent }) => {
    const { of, segment } = addition;
    const path = of === undefined ? segment : `${resources[of].path}/${segment}`;
    return { path, below: of !== undefined, handler: createHandler(addition, answer, parent, access) };
  });
