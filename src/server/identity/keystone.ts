import { createHash } from 'node:crypto';
import type { Log } from '../../log/log.ts';
import { type Caller, type Identity, IdentityUnavailable, Unauthorized } from './identity.ts';
import { type AuthtokenSettings, createServiceToken } from './serviceToken.ts';
import { createTokenCache } from './tokenCache.ts';

/** What Keystone v3 says of a token. */
interface TokenBody {
  readonly token: {
    readonly expires_at: string;
    readonly user: { readonly id: string; readonly name: string; readonly domain: Named };
    readonly system?: { readonly all: boolean };
    readonly domain?: Named;
    readonly project?: { readonly id: string; readonly name: string; readonly domain: Named };
    readonly roles?: readonly Named[];
  };
}

interface Named {
  readonly id: string;
  readonly name: string;
}

const callerOf = ({ token: { user, project, system, domain, roles = [] } }: TokenBody): Caller => ({
  userId: user.id,
  userName: user.name,
  userDomainId: user.domain.id,
  userDomainName: user.domain.name,
  projectId: project?.id ?? '',
  projectName: project?.name ?? null,
  projectDomainId: project?.domain.id ?? null,
  projectDomainName: project?.domain.name ?? null,
  roles: roles.map(({ name }) => name),
  ...(system?.all ? { systemScope: 'all' } : {}),
  ...(domain ? { domainId: domain.id } : {}),
});

/**
 * Validates tokens with Keystone v3, by the service's own token. Answers are kept for token_cache_time seconds, and
 * not longer than the token lives; refusals for as long.
 */
export function createKeystone(settings: AuthtokenSettings, log: Log): Identity {
  const serviceToken = createServiceToken(settings, log);
  const cache = createTokenCache(settings.token_cache_time);
  const uri = settings.www_authenticate_uri ?? settings.auth_url ?? '';

  async function ask(token: string): Promise<{ caller: Caller | null; expires: number }> {
    const response = await serviceToken.authorised((own) =>
      serviceToken.fetch('/v3/auth/tokens?nocatalog', {
        headers: { 'X-Auth-Token': own, 'X-Subject-Token': token, Accept: 'application/json' },
      }),
    );
    if (response.status === 404) return { caller: null, expires: Number.POSITIVE_INFINITY };
    if (response.status !== 200) {
      throw new IdentityUnavailable(`Keystone answered ${response.status} to a token's validation`);
    }
    const body = (await response.json()) as TokenBody;
    return { caller: callerOf(body), expires: Date.parse(body.token.expires_at) };
  }

  return {
    prepare: () => serviceToken.prepare(),
    challenge: `Keystone uri="${uri.replace(/\/(v[23][.0]*\/?)?$/, '')}"`,
    async authenticate(headers) {
      const given = headers['x-auth-token'] ?? headers['x-storage-token'];
      const token = Array.isArray(given) ? given[0] : given;
      if (!token) throw new Unauthorized('no token');
      const key = createHash('sha256').update(token).digest('base64');
      const { caller, expires } = await cache.get(key, () => ask(token));
      if (!caller || expires <= Date.now()) throw new Unauthorized('token is not valid');
      return caller;
    },
  };
}
