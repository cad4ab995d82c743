import type { Caller } from './identity.ts';
import type { Credentials } from './policy/bind.ts';
import type { Policy } from './policy/index.ts';

/** oslo.context's names and the older ones; whether the caller is an administrator is not settled yet. */
function valuesOf(caller: Caller): Credentials {
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

/** What policy rules know of a caller. Whether it is an administrator is a rule itself, with the caller as the target. */
export function credentialsOf(caller: Caller, policy: Policy): Credentials {
  const values = valuesOf(caller);
  const isAdmin = policy.bindAnyScope('context_is_admin', values);
  return { ...values, is_admin: typeof isAdmin === 'boolean' ? isAdmin : isAdmin(values) };
}
