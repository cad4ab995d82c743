import type { Config } from '../../config/option.ts';
import { api, keystoneAuthtoken } from '../../config/options/index.ts';
import type { Log } from '../../log/log.ts';
import type { Identity } from './identity.ts';
import { createKeystone } from './keystone.ts';
import { noauth } from './noauth.ts';

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
