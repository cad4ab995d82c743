import { ClientError } from '../errors.ts';
import { type Dict, isDict, type Json, parseJson } from '../python/value.ts';
import type { Identity, Settings } from './settings.ts';
import { ConnectionError, type Transport } from './transport.ts';

/** A token and what Keystone said with it. */
export interface Grant {
  readonly token: string;
  readonly roles: readonly string[];
  readonly catalog: readonly Json[];
}

const plugins = new Set(['', 'password', 'v3password', 'token', 'v3token', 'v3applicationcredential']);

/** Complains about settings that cannot work, before anything is sent. Throws ClientError. */
export const checkSettings = (settings: Settings): void => {
  if (settings.mode !== 'keystone') return;
  if (!plugins.has(settings.authType))
    throw new ClientError(`The plugin ${settings.authType} could not be found`);
  if (settings.authUrl === undefined)
    throw new ClientError('Auth plugin requires parameters which were not given: auth_url');
};

/** Gets a token from Keystone's v3 API. Throws ClientError with Keystone's own reason. */
export const authenticate = async (settings: Settings, transport: Transport): Promise<Grant> => {
  const url = `${v3(settings.authUrl!)}/auth/tokens`;
  const response = await transport
    .send({
      method: 'POST',
      url,
      headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'User-Agent': 'neutron' },
      body: JSON.stringify({ auth: { identity: identity(settings), ...scope(settings) } }),
    })
    .catch((error: unknown) => {
      throw error instanceof ConnectionError ? new ClientError(error.message, undefined, error) : error;
    });
  const body = parsed(response.text);
  if (response.status >= 400) throw refusal(response.status, response.reason, body, response.headers);
  const token = isDict(body.token) ? body.token : {};
  return {
    token: response.headers['x-subject-token'] ?? '',
    roles: list(token.roles).flatMap((role) =>
      isDict(role) && typeof role.name === 'string' ? [role.name] : [],
    ),
    catalog: list(token.catalog),
  };
};

/** The address of a service in the catalogue. Throws ClientError when there is none. */
export const endpointOf = (grant: Grant, { serviceType, endpointType, region }: Settings): string => {
  for (const service of grant.catalog) {
    if (!isDict(service) || service.type !== serviceType) continue;
    for (const endpoint of list(service.endpoints))
      if (isDict(endpoint) && endpoint.interface === endpointType && isIn(endpoint, region))
        return String(endpoint.url);
  }
  throw new ClientError(
    `Could not find Service or Region in Service Catalog: no ${endpointType} endpoint of type ${serviceType}${
      region === undefined ? '' : ` in region ${region}`
    }.`,
  );
};

const isIn = (endpoint: Dict, region: string | undefined): boolean =>
  region === undefined || endpoint.region === region || endpoint.region_id === region;

const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

const parsed = (text: string): Dict => {
  try {
    const body = parseJson(text);
    return isDict(body) ? body : {};
  } catch {
    return {};
  }
};

const refusal = (
  status: number,
  reason: string,
  body: Dict,
  headers: Readonly<Record<string, string>>,
): ClientError => {
  const said = isDict(body.error) && typeof body.error.message === 'string' ? body.error.message : reason;
  const id = headers['x-openstack-request-id'];
  return new ClientError(`${said} (HTTP ${status})${id ? ` (Request-ID: ${id})` : ''}`, status);
};

const v3 = (url: string): string => {
  const base = url.replace(/\/+$/, '');
  return /\/v2\.0$/.test(base) ? base.replace(/v2\.0$/, 'v3') : /\/v3$/.test(base) ? base : `${base}/v3`;
};

const named = ({ id, name }: { id: string | undefined; name: string | undefined }): Dict =>
  id === undefined ? { name: name ?? '' } : { id };

const withDomain = (who: Identity): Dict => {
  if (who.id !== undefined) return { id: who.id };
  const domain = who.domainId === undefined && who.domainName === undefined ? { id: 'default' } : undefined;
  return { ...named(who), domain: domain ?? named({ id: who.domainId, name: who.domainName }) };
};

const identity = (settings: Settings): Dict => {
  const { applicationCredential: credential, token, user, password, authType } = settings;
  if (authType === 'v3applicationcredential')
    return {
      methods: ['application_credential'],
      application_credential: {
        ...named(credential),
        secret: credential.secret ?? '',
        ...(credential.id === undefined ? { user: withDomain(user) } : {}),
      },
    };
  const byToken = authType.endsWith('token') || (authType === '' && token !== undefined);
  if (byToken) return { methods: ['token'], token: { id: token ?? '' } };
  return { methods: ['password'], password: { user: { ...withDomain(user), password: password ?? '' } } };
};

const scope = ({ project, domain, authType }: Settings): Dict => {
  if (authType === 'v3applicationcredential') return {};
  if (project.id !== undefined || project.name !== undefined)
    return { scope: { project: withDomain(project) } };
  if (domain.id !== undefined || domain.name !== undefined) return { scope: { domain: named(domain) } };
  return {};
};
