import type { Caller } from './identity.ts';
import type { Credentials } from './policy/bind.ts';

/** What policy rules know of a caller, by oslo.context's names and the older ones; whether it is an administrator is not settled yet. */
export function policyValues(caller: Caller): Credentials {
  const project = caller.projectId || null;
  return {
    user_id: caller.userId,
    user_domain_id: caller.userDomainId,
    system_scope: caller.systemScope ?? null,
    domain_id: caller.domainId ?? null,
    project_id: project,
    project_domain_id: caller.projectDomainId,
    roles: caller.roles,
    is_admin_project: true,
    service_user_id: null,
    service_user_domain_id: null,
    service_project_id: null,
    service_project_domain_id: null,
    service_roles: [],
    is_admin: false,
    user: caller.userId,
    user_name: caller.userName,
    user_domain: caller.userDomainId,
    tenant: project,
    tenant_id: project,
    tenant_name: caller.projectName,
    project_name: caller.projectName,
    project_domain: caller.projectDomainId,
    domain: caller.domainId ?? null,
    ...(caller.systemScope ? { system: caller.systemScope } : {}),
  };
}
