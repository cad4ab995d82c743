import { nts } from '../../config/options/index.ts';
import { fault } from '../errors/index.ts';
import type { Headers } from '../identity/identity.ts';
import { createAccess } from './access.ts';
import type { Answer } from './answer.ts';
import { contextOf } from './context.ts';
import type { ApiParts } from './registry.ts';

/** What Prometheus asks for: its text format. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** GET /metrics: for an administrator's token, or without one when [nts] open_metrics says so. */
export function createMetrics(parts: ApiParts) {
  const { config, identity, policy, services } = parts;
  const access = createAccess(services);
  const { open_metrics } = config.group(nts);

  return async (method: string, headers: Headers, requestId: string): Promise<Answer> => {
    if (!open_metrics) {
      const caller = await identity.authenticate(headers);
      const context = contextOf(caller, headers, requestId, await policy.current());
      await access.demand(context, 'admin_only', { tenant_id: context.projectId });
    }
    if (!parts.metrics) throw fault('HTTPNotFound');
    if (method !== 'GET') throw fault('HTTPMethodNotAllowed');
    return { status: 200, body: await parts.metrics(), contentType: CONTENT_TYPE };
  };
}
