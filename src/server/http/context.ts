import { randomUUID } from 'node:crypto';
import { pythonInt } from '../../resources/pythonNumber.ts';
import { adminContext } from '../../rpc/context.ts';
import { fault } from '../errors/index.ts';
import { credentialsOf } from '../identity/credentials.ts';
import type { Caller, Headers } from '../identity/identity.ts';
import type { Credentials } from '../identity/policy/bind.ts';
import type { Policy } from '../identity/policy/index.ts';
import type { RequestContext } from '../services/service.ts';

/** A request's context, with the policy that judges it and what its rules compare with. */
export interface ApiContext extends RequestContext {
  readonly policy: Policy;
  readonly credentials: Credentials;
}

const requestIdForm = /^req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const newRequestId = (): string => `req-${randomUUID()}`;

/** Credentials per caller and policy: tokens answered from the cache keep theirs, and with them the bound rules. */
const known = new WeakMap<Policy, WeakMap<Caller, Credentials>>();

function knownCredentials(caller: Caller, policy: Policy): Credentials {
  let ofPolicy = known.get(policy);
  if (!ofPolicy) {
    ofPolicy = new WeakMap();
    known.set(policy, ofPolicy);
  }
  const before = ofPolicy.get(caller);
  if (before) return before;
  const credentials = credentialsOf(caller, policy);
  ofPolicy.set(caller, credentials);
  return credentials;
}

/** The strong tags of If-Match: quoted ones, or the whole text. */
function tagsOf(text: string): string[] {
  const quoted = [...text.matchAll(/(?:^|\s)(W\/)?"((?:\\"|.)*?)"/g)];
  return quoted.length === 0 ? [text] : quoted.filter(([, weak]) => !weak).map(([, , tag]) => tag!);
}

/** The revision that If-Match asks for, `revision_number=5`; other tags mean nothing here. */
function revisionOf(headers: Headers): number | undefined {
  const refuse = (msg: string) => fault('BadRequest', { resource: 'if-match', msg });
  const [tag, ...more] = tagsOf(String(headers['if-match'] ?? '').trim()).filter((text) =>
    text.startsWith('revision_number='),
  );
  if (tag === undefined) return undefined;
  const revision = pythonInt(tag.split('revision_number=')[1]!);
  if (revision === undefined) {
    throw refuse('Revision number etag must be in the format of revision_number=<int>');
  }
  if (more.length > 0) throw refuse('Multiple revision_number etags are not supported.');
  return revision;
}

/** Builds the context of one request. */
export function contextOf(caller: Caller, headers: Headers, requestId: string, policy: Policy): ApiContext {
  const credentials = knownCredentials(caller, policy);
  const globalId = String(headers['x-openstack-request-id'] ?? '');
  const ifMatch = revisionOf(headers);
  return {
    requestId,
    userId: caller.userId,
    projectId: caller.projectId,
    projectName: caller.projectName,
    roles: caller.roles,
    isAdmin: credentials.is_admin,
    policy,
    ...(ifMatch === undefined ? {} : { ifMatch }),
    credentials,
    rpc: {
      ...adminContext(requestId),
      user: caller.userId,
      user_id: caller.userId,
      user_name: caller.userName,
      project_id: caller.projectId,
      project: caller.projectId,
      tenant_id: caller.projectId,
      project_name: caller.projectName,
      tenant_name: caller.projectName,
      user_domain: caller.userDomainId,
      project_domain: caller.projectDomainId,
      is_admin: credentials.is_admin,
      roles: [...caller.roles],
      global_request_id: requestIdForm.test(globalId) ? globalId : null,
      user_identity: [caller.userId, caller.projectId, null, caller.userDomainId, caller.projectDomainId]
        .map((part) => part || '-')
        .join(' '),
    },
  };
}

/** The same request with an administrator's eyes, to look up what decides a permission. */
export const elevated = (context: ApiContext): RequestContext => ({ ...context, isAdmin: true });
