import type { RpcContext } from '../../messaging/transport.ts';
import { adminContext } from '../../rpc/context.ts';
import type { RequestContext } from './service.ts';

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
