import type { Caller, Headers, Identity } from './identity.ts';

/**
 * The project of every request without authentication that names none. Python Neutron answers such a POST with 400
 * ("Running without keystone AuthN requires that tenant_id is specified"); here one project owns everything, so that
 * the guide's commands work as they stand. A client that wants others sends X-Project-Id, or tenant_id in the body.
 */
const noauthProject = '00000000000000000000000000000001';

const one = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

const callerOf = (headers: Headers): Caller => ({
  userId: one(headers['x-user-id']) ?? null,
  userName: one(headers['x-user-name']) ?? null,
  userDomainId: null,
  userDomainName: null,
  projectId: one(headers['x-project-id']) ?? one(headers['x-tenant-id']) ?? noauthProject,
  projectName: one(headers['x-project-name']) ?? one(headers['x-tenant-name']) ?? null,
  projectDomainId: null,
  projectDomainName: null,
  roles: (one(headers['x-roles']) ?? one(headers['x-role']) ?? 'admin').split(',').map((role) => role.trim()),
});

const administrator = callerOf({});
const spoken = ['x-user-id', 'x-project-id', 'x-tenant-id', 'x-roles', 'x-role'];

/** Believes what the headers say: an administrator, unless X-Roles says otherwise. */
export const noauth: Identity = {
  challenge: '',
  authenticate: async (headers) =>
    spoken.some((name) => headers[name] !== undefined) ? callerOf(headers) : administrator,
};
