import type { Values } from '../../../config/option.ts';
import type { nova } from '../../../config/options/index.ts';
import type { Log } from '../../../log/log.ts';
import { keystoneBase, passwordRequest } from '../../identity/serviceToken.ts';
import type { NovaEvent } from './events.ts';

export type NovaSettings = Values<typeof nova.options>;

interface Session {
  readonly token: string;
  readonly expires: number;
  readonly endpoint: string;
}

interface CatalogToken {
  readonly expires_at: string;
  readonly catalog?: readonly {
    readonly type: string;
    readonly endpoints: readonly {
      readonly interface: string;
      readonly region: string;
      readonly url: string;
    }[];
  }[];
}

const RENEW_BEFORE_MS = 30_000;
const TIMEOUT_SECONDS = 10;
const ATTEMPTS = 3;

class NovaUnavailable extends Error {}

/** Sends events to Nova with the credentials of [nova]. What goes wrong is logged with its cause, never thrown. */
export function createNovaClient(
  settings: NovaSettings,
  log: Log,
): (events: readonly NovaEvent[]) => Promise<void> {
  const identity = keystoneBase(settings.auth_url ?? '');
  let session: Session | undefined;

  async function post(url: string, body: object, headers: Record<string, string>): Promise<Response> {
    try {
      return await fetch(url, {
        method: 'POST',
        headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout((settings.timeout ?? TIMEOUT_SECONDS) * 1000),
      });
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      throw new NovaUnavailable(`${new URL(url).origin} cannot be reached: ${cause}`);
    }
  }

  function endpointOf({ catalog = [] }: CatalogToken): string {
    const found = catalog
      .filter(({ type }) => type === 'compute')
      .flatMap(({ endpoints }) => endpoints)
      .find(
        (endpoint) =>
          endpoint.interface === settings.endpoint_type &&
          (settings.region_name === null || endpoint.region === settings.region_name),
      );
    if (found) return found.url.replace(/\/+$/, '');
    const where = settings.region_name === null ? '' : ` in region ${settings.region_name}`;
    throw new NovaUnavailable(
      `Keystone's catalogue has no ${settings.endpoint_type} endpoint of type compute${where}`,
    );
  }

  async function login(): Promise<Session> {
    const response = await post(`${identity}/v3/auth/tokens`, passwordRequest(settings), {});
    const token = response.headers.get('X-Subject-Token');
    if (response.status !== 201 || !token) {
      throw new NovaUnavailable(
        `Keystone refuses the user of [nova] (${settings.username ?? settings.user_id}): ${response.status}`,
      );
    }
    const body = (await response.json()) as { token: CatalogToken };
    session = { token, expires: Date.parse(body.token.expires_at), endpoint: endpointOf(body.token) };
    return session;
  }

  async function deliver(events: readonly NovaEvent[]): Promise<Response> {
    const { token, endpoint } =
      session && session.expires - RENEW_BEFORE_MS > Date.now() ? session : await login();
    return post(
      `${endpoint}/os-server-external-events`,
      { events },
      { 'User-Agent': 'python-novaclient', 'X-OpenStack-Nova-API-Version': '2.1', 'X-Auth-Token': token },
    );
  }

  /** Nova answers for each event; those it has no use for are its business, but worth a line. */
  async function read(response: Response): Promise<void> {
    if (response.status === 404) {
      log.debug('Nova knows none of the servers of the events');
      return;
    }
    if (!response.ok) throw new NovaUnavailable(`Nova answers ${response.status}: ${await response.text()}`);
    const { events = [] } = (await response.json()) as {
      events?: readonly (NovaEvent & { code?: number })[];
    };
    for (const event of events) {
      const text = `${event.name} for port ${event.tag} of server ${event.server_uuid}`;
      if (event.code === undefined || event.code === 200) log.info(`Nova was told: ${text}`);
      else log.warning(`Nova has no use for ${text}: code ${event.code}`);
    }
  }

  return async (events) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await deliver(events);
        if (response.status === 401 && attempt < ATTEMPTS) {
          session = undefined;
          continue;
        }
        return await read(response);
      } catch (error) {
        if (error instanceof NovaUnavailable && attempt < ATTEMPTS) continue;
        const what = events.map(({ name, tag }) => `${name} (port ${tag})`).join(', ');
        log.error(
          `Failed to notify nova on events: ${what}: ${error instanceof Error ? error.message : error}`,
        );
        return;
      }
    }
  };
}
