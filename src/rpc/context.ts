import { randomUUID } from 'node:crypto';
import type { RpcContext } from '../messaging/transport.ts';

const twoDigits = (value: number) => String(value).padStart(2, '0');

/** oslo.context's timestamp: UTC, microseconds. */
function timestamp(now = new Date()): string {
  const day = [now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate()].map(twoDigits).join('-');
  const time = [now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds()].map(twoDigits).join(':');
  return `${day} ${time}.${String(now.getUTCMilliseconds()).padStart(3, '0')}000`;
}

/**
 * The context of work nobody asked for by a request: an agent's report, a periodic task. All keys that Neutron sends,
 * in its order; a receiver runs it with admin rights.
 */
export const adminContext = (requestId = `req-${randomUUID()}`): RpcContext => ({
  user: null,
  project_id: null,
  system_scope: null,
  project: null,
  domain: null,
  user_domain: null,
  project_domain: null,
  is_admin: true,
  read_only: false,
  show_deleted: false,
  auth_token: null,
  request_id: requestId,
  global_request_id: null,
  resource_uuid: null,
  roles: [],
  user_identity: '- - - - -',
  is_admin_project: true,
  user_id: null,
  tenant_id: null,
  timestamp: timestamp(),
  tenant_name: null,
  project_name: null,
  user_name: null,
});
