import {
  keystoneBase,
  type PasswordCredentials,
  passwordRequest,
} from '../../../server/identity/serviceToken.ts';
import { type Answer, ask, objectIn, type Tls } from './http.ts';
import { inWords, NEXT_MILLISECONDS } from './reach.ts';

/** A section of the configuration that says who to be at Keystone. */
export interface Credentials extends PasswordCredentials {
  readonly auth_url: string | null;
  readonly insecure: boolean;
  readonly cafile: string | null;
}

/** A service of Keystone's catalogue. */
export interface CatalogService {
  readonly type: string;
  readonly endpoints: readonly {
    readonly interface: string;
    readonly region: string;
    readonly url: string;
  }[];
}

/** How a login went. */
export type Login =
  | {
      readonly state: 'in';
      readonly roles: readonly string[];
      readonly catalog: readonly CatalogService[];
      /** Seconds by which Keystone's clock is ahead, and by how many that may be wrong. */
      readonly clock: { readonly ahead: number; readonly within: number } | undefined;
    }
  | { readonly state: 'unreachable' | 'not Keystone'; readonly reason: string }
  /** 'no role': name and password are right, and the project is closed. */
  | { readonly state: 'refused' | 'no role' };

interface TokenBody {
  readonly roles?: readonly { readonly name: string }[];
  readonly catalog?: readonly CatalogService[];
}

/** The header Date counts whole seconds. */
const DATE_WITHIN = 0.5;

function clockOf({ headers }: Answer, before: number): { ahead: number; within: number } | undefined {
  const date = Date.parse(headers.date ?? '');
  if (Number.isNaN(date)) return undefined;
  const half = (Date.now() - before) / 2000;
  return { ahead: date / 1000 + DATE_WITHIN - before / 1000 - half, within: half + DATE_WITHIN };
}

/** Gets a token for a section's user and project. Never rejects; the token itself is not kept. */
export async function login(credentials: Credentials): Promise<Login> {
  const url = `${keystoneBase(credentials.auth_url ?? '')}/v3/auth/tokens`;
  const tls: Tls = { insecure: credentials.insecure, ca: credentials.cafile ?? undefined };
  const before = Date.now();
  const body = passwordRequest(credentials) as { auth: { identity: object } };
  try {
    const answer = await ask(url, { method: 'POST', body, tls });
    const token = objectIn(answer)?.token as TokenBody | undefined;
    if (answer.status === 201 && token !== undefined)
      return {
        state: 'in',
        roles: (token.roles ?? []).map(({ name }) => name),
        catalog: token.catalog ?? [],
        clock: clockOf(answer, before),
      };
    if (answer.status === 401) {
      const unscoped = { auth: { identity: body.auth.identity, scope: 'unscoped' } };
      const known = await ask(url, { method: 'POST', body: unscoped, tls, milliseconds: NEXT_MILLISECONDS });
      return { state: known.status === 201 ? 'no role' : 'refused' };
    }
    if (answer.status >= 500) return { state: 'unreachable', reason: `it answers ${answer.status}` };
    return { state: 'not Keystone', reason: `${answer.status} to a login` };
  } catch (error) {
    return { state: 'unreachable', reason: inWords(error) };
  }
}
