import type { Values } from '../../config/option.ts';
import type { keystoneAuthtoken } from '../../config/options/index.ts';
import type { Log } from '../../log/log.ts';
import { silentLog } from '../../log/silent.ts';
import { IdentityUnavailable } from './identity.ts';

export type AuthtokenSettings = Values<(typeof keystoneAuthtoken)['options']>;

/** The service's own token: fetched when needed, renewed before it expires and when Keystone refuses it. */
export interface ServiceToken {
  /** Sends with the own token; on 401 once more with a new one. */
  authorised(send: (token: string) => Promise<Response>): Promise<Response>;
  /** Asks for the token before anybody needs it; what fails is told when somebody does. */
  prepare(): void;
  /** @throws IdentityUnavailable when Keystone cannot be reached */
  fetch(path: string, init: RequestInit): Promise<Response>;
}

const renewBeforeMs = 30_000;

/** Who a section of the configuration says to be: a user and the project to act in. */
export type PasswordCredentials = Pick<
  AuthtokenSettings,
  | 'default_domain_id'
  | 'default_domain_name'
  | 'user_id'
  | 'username'
  | 'password'
  | 'user_domain_id'
  | 'user_domain_name'
  | 'project_id'
  | 'project_name'
  | 'project_domain_id'
  | 'project_domain_name'
>;

/** The body of a password authentication for a section's user and project. */
export function passwordRequest(settings: PasswordCredentials): object {
  const domain = (id: string | null, name: string | null) => ({
    domain: id ? { id } : { name: name ?? settings.default_domain_name ?? 'Default' },
  });
  const userDomain = domain(settings.user_domain_id ?? settings.default_domain_id, settings.user_domain_name);
  const projectDomain = domain(
    settings.project_domain_id ?? settings.default_domain_id,
    settings.project_domain_name,
  );
  const user = settings.user_id ? { id: settings.user_id } : { name: settings.username, ...userDomain };
  const project = settings.project_id
    ? { id: settings.project_id }
    : { name: settings.project_name, ...projectDomain };
  return {
    auth: {
      identity: { methods: ['password'], password: { user: { ...user, password: settings.password } } },
      scope: { project },
    },
  };
}

/** Where a section's Keystone is, without the version. */
export const keystoneBase = (url: string): string => url.replace(/\/+(v[23][.0]*)?\/*$/, '');

export function createServiceToken(settings: AuthtokenSettings, log: Log): ServiceToken {
  const base = keystoneBase(settings.auth_url ?? settings.www_authenticate_uri ?? '');
  const timeoutMs = (settings.http_connect_timeout ?? settings.timeout ?? 10) * 1000;
  let current: { readonly token: string; readonly expires: number } | undefined;
  let pending: Promise<string> | undefined;
  let ahead: Promise<void> | undefined;

  async function send(path: string, init: RequestInit, told: Log = log): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await fetch(base + path, { ...init, signal: AbortSignal.timeout(timeoutMs) });
      } catch (error) {
        if (attempt < Math.min(settings.http_request_max_retries, 1)) continue;
        const cause = error instanceof Error ? (error.cause ?? error) : error;
        told.error(`Unable to reach Keystone at ${base}: ${cause}`);
        throw new IdentityUnavailable(`Keystone at ${base} cannot be reached`);
      }
    }
  }

  async function authenticate(told: Log = log): Promise<string> {
    const request = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(passwordRequest(settings)),
    };
    const response = await send('/v3/auth/tokens?nocatalog', request, told);
    const token = response.headers.get('X-Subject-Token');
    if (response.status !== 201 || !token) {
      told.error(
        `Keystone refuses the user of [keystone_authtoken] (${settings.username ?? settings.user_id}): ` +
          `${response.status} ${await response.text()}`,
      );
      throw new IdentityUnavailable('Keystone refuses the service user');
    }
    const body = (await response.json()) as { token: { expires_at: string } };
    current = { token, expires: Date.parse(body.token.expires_at) };
    return token;
  }

  async function own(): Promise<string> {
    await ahead;
    if (current && current.expires - renewBeforeMs > Date.now()) return current.token;
    pending ??= authenticate().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  return {
    prepare() {
      ahead = authenticate(silentLog).then(
        () => undefined,
        () => undefined,
      );
    },
    fetch: (path, init) => send(path, init),
    async authorised(request) {
      const response = await request(await own());
      if (response.status !== 401) return response;
      current = undefined;
      return request(await own());
    },
  };
}
