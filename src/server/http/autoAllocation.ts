import { createBody } from '../../resources/body.ts';
import type { ResourceDefinition } from '../../resources/index.ts';
import { fault } from '../errors/index.ts';
import type { AutoAllocation } from '../services/autoAllocation/index.ts';
import type { Access } from './access.ts';
import { type Answer, noContent, ok } from './answer.ts';
import type { ApiRequest } from './request.ts';

/** The one thing that may stand in `fields`: only asks whether a topology could be made. */
const DRY_RUN = 'dry-run';

/** `/auto-allocated-topology/<project>`: a GET makes the topology when there is none. */
export function createAutoAllocationHandler(
  definition: ResourceDefinition,
  service: AutoAllocation,
  access: Access,
) {
  const { name } = definition;

  async function show({ context, params }: ApiRequest, project: string): Promise<Answer> {
    const fields = params.getAll('fields').filter(Boolean);
    const dryRun = fields.includes(DRY_RUN);
    if (!dryRun && fields.length > 0) throw unrecognized();
    const topology = await (dryRun ? service.check(context, project) : service.get(context, project));
    const [visible] = await access.allowed(context, `get_${name}`, [topology]);
    if (!visible) throw fault('HTTPNotFound');
    return ok({ [name]: topology });
  }

  async function remove({ context }: ApiRequest, project: string): Promise<Answer> {
    const owner = project === 'None' ? context.projectId : project;
    const [allowed] = await access.allowed(context, `delete_${name}`, [
      { tenant_id: owner, project_id: owner },
    ]);
    if (!allowed) throw fault('NotAuthorized');
    await service.delete(context, project);
    return noContent;
  }

  const unrecognized = () => fault('BadRequest', { resource: 'auto_allocate', msg: 'Unrecognized field' });

  return async (request: ApiRequest): Promise<Answer> => {
    const [project, ...more] = request.rest;
    if (more.length > 0) throw fault('HTTPNotFound');
    const { method, context } = request;
    if (method === 'POST' && project === undefined) createBody(definition, {}, context.projectId);
    if (project === undefined) throw fault('HTTPMethodNotAllowed');
    if (method === 'GET') return show(request, project);
    if (method === 'DELETE') return remove(request, project);
    throw method === 'PUT' ? unrecognized() : fault('HTTPMethodNotAllowed');
  };
}
