import type { Config } from '../../config/option.ts';
import { api, keystoneAuthtoken } from '../../config/options/index.ts';
import type { Log } from '../../log/log.ts';
import { createKeystone } from './keystone.ts';
import { noauth } from './noauth.ts';

/** Who sent a request, before policy decides what that means. */
export interface Caller {
  readonly userId: string | null;
  readonly userName: string | null;
  readonly userDomainId: string | null;
  readonly userDomainName: string | null;
  /** Empty for a token that is not of a project. */
  readonly projectId: string;
  readonly projectName: string | null;
  readonly projectDomainId: string | null;
  readonly projectDomainName: string | null;
  readonly roles: readonly string[];
  /** `all` for a token of the whole system. */
  readonly systemScope?: string;
  /** Of a token of a domain. */
  readonly domainId?: string;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A way of finding out who sent a request. */
export interface Identity {
  /** @throws Unauthorized, IdentityUnavailable */
  authenticate(headers: Headers): Promise<Caller>;
  /** The value of WWW-Authenticate in a 401. */
  readonly challenge: string;
}

/** No valid credentials: 401. */
export class Unauthorized extends Error {}

/** The identity service cannot be asked: 503. */
export class IdentityUnavailable extends Error {}

/** The identity that [DEFAULT] auth_strategy names. */
export function createIdentity(config: Config, log: Log): Identity {
  const { auth_strategy } = config.group(api);
  return auth_strategy === 'noauth'
    ? noauth
    : createKeystone(config.group(keystoneAuthtoken), log.named('keystonemiddleware.auth_token'));
}

const loopback = /^(127\.|::1$|localhost$)/;

/**
 * Where the API listens. Without authentication only loopback will do: the default address becomes 127.0.0.1, any
 * other is refused.
 *
 * @throws Error for noauth on an address that others can reach
 */
export function listenAddress(config: Config): { host: string; port: number } {
  const { bind_host, bind_port, auth_strategy } = config.group(api);
  if (auth_strategy !== 'noauth' || loopback.test(bind_host)) return { host: bind_host, port: bind_port };
  if (config.origin('DEFAULT', 'bind_host').default) return { host: '127.0.0.1', port: bind_port };
  throw new Error(
    `auth_strategy = noauth lets everybody be administrator, so bind_host must be a loopback address, not ${bind_host}`,
  );
}
