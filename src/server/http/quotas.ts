import { updateBody } from '../../resources/body.ts';
import type { ResourceDefinition } from '../../resources/index.ts';
import { badRequest, fault } from '../errors/index.ts';
import type { Limits } from '../services/quotas/enforcement.ts';
import { quotaResourceNames } from '../services/quotas/resources.ts';
import type { QuotaService } from '../services/quotas/service.ts';
import type { Item } from '../services/service.ts';
import type { Access } from './access.ts';
import { type Answer, noContent, ok } from './answer.ts';
import type { ApiRequest } from './request.ts';
import { parseBody } from './requestBody.ts';

const largest = 2147483647;

/** The body of a quota: one attribute per resource that has one. */
export const quotaDefinition: ResourceDefinition = {
  name: 'quota',
  collection: 'quotas',
  path: 'quotas',
  alias: 'quotas',
  attributes: Object.fromEntries(
    quotaResourceNames.map((name) => [
      name,
      { put: true, convert: 'int', validate: { range: [-1, largest] } } as const,
    ]),
  ),
  order: quotaResourceNames,
};

/** As Python reads a value: anything but nothing is true, also the text 'no'. */
const isTrue = (value: unknown): boolean =>
  Boolean(value) && !(typeof value === 'object' && Object.keys(value!).length === 0);

/** /quotas: who may see and change what is decided by get_quota, update_quota and delete_quota. */
export function createQuotaHandler(service: QuotaService, access: Access) {
  const demand = (request: ApiRequest, verb: 'get' | 'update' | 'delete') =>
    access.demand(request.context, `${verb}_quota`, {});

  async function read(request: ApiRequest, project: string, part: string | undefined): Promise<Answer> {
    if (project === 'tenant' || project === 'project') {
      const { projectId } = request.context;
      if (projectId === '') throw fault('QuotaMissingTenant');
      return ok({ [project]: { [`${project}_id`]: projectId } });
    }
    const foreign = project !== request.context.projectId;
    if (foreign && part === 'details' && !request.context.isAdmin) {
      throw fault('AdminRequired', {
        reason: 'Only admin is authorized to access quotas for another project',
      });
    }
    if (foreign && part !== 'details') await demand(request, 'get');
    if (part === undefined) return ok({ quota: await service.show(project) });
    if (part === 'default') return ok({ quota: service.defaults() });
    if (part === 'details') return ok({ quota: await service.details(project) });
    throw fault('HTTPNotFound');
  }

  async function write(request: ApiRequest, project: string): Promise<Answer> {
    await demand(request, 'update');
    const given = parseBody(request.body)?.quota;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw badRequest("Unable to find 'quota' in request body");
    }
    const { check_limit, force: _, ...wanted } = given as Item;
    const limits = updateBody(quotaDefinition, wanted) as Partial<Limits>;
    return ok({ quota: await service.update(project, limits, isTrue(check_limit)) });
  }

  return async (request: ApiRequest): Promise<Answer> => {
    const [project, part, ...more] = request.rest;
    if (more.length > 0) throw fault('HTTPNotFound');
    if (project === undefined) {
      if (request.method === 'POST') {
        throw fault('HTTPNotImplemented', {
          message: 'POST requests are not supported on this resource.',
        });
      }
      if (request.method !== 'GET') throw fault('HTTPMethodNotAllowed');
      await demand(request, 'get');
      return ok({ quotas: await service.list() });
    }
    if (request.method === 'GET') return read(request, project, part);
    if (part !== undefined) throw fault('HTTPNotFound');
    if (request.method === 'PUT') return write(request, project);
    if (request.method === 'DELETE') {
      await demand(request, 'delete');
      await service.delete(project);
      return noContent;
    }
    throw fault('HTTPMethodNotAllowed');
  };
}
