import type { RpcContext } from '../../messaging/transport.ts';
import { adminContext } from '../../rpc/context.ts';
import type { RequestContext } from './service.ts';
import type { Work } from './work.ts';

/** Who acts when an agent asks by RPC or a periodic task works: the cloud itself. */
export function adminRequest(rpc: RpcContext = adminContext()): RequestContext {
  return {
    requestId: String(rpc.request_id ?? ''),
    userId: null,
    projectId: '',
    projectName: null,
    roles: [],
    isAdmin: true,
    rpc,
  };
}

/** The same unit of work with the rights of the cloud itself, for what a project's request causes but may not see. */
export function elevated(work: Work): Work {
  const { ifMatch: _, ...context } = work.context;
  return { ...work, context: { ...context, isAdmin: true } };
}
