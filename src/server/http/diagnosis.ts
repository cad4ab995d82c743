import { fault } from '../errors/index.ts';
import type { ResourceService } from '../services/service.ts';
import type { Access } from './access.ts';
import { type Answer, ok } from './answer.ts';
import type { Diagnosis } from './registry.ts';
import type { ApiRequest } from './request.ts';

/**
 * `GET /v2.0/ports/<id>/diagnosis`: what each mechanism driver says to each segment of a port. An addition to Neutron's
 * API, for those who may see how the port is bound.
 */
export const createPortDiagnosis =
  (ports: ResourceService, diagnose: Diagnosis, access: Access) =>
  async (request: ApiRequest): Promise<Answer> => {
    const [id = '', , ...more] = request.rest;
    if (more.length > 0) throw fault('HTTPNotFound');
    if (request.method !== 'GET') throw fault('HTTPMethodNotAllowed');
    const port = await ports.get(request.context, id);
    const [visible] = await access.allowed(request.context, 'get_port:binding:vif_type', [port]);
    const diagnosis = visible ? await diagnose(id) : undefined;
    if (!diagnosis) throw fault('HTTPNotFound');
    return ok({ diagnosis });
  };
