import { ClientError, NoSuchPath, NotUnique, UriTooLong } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Dict, dumps, isDict, type Json, parseJson, repr, str } from '../python/value.ts';
import type { Resource } from '../resources.ts';
import { authenticate, endpointOf, type Grant } from './keystone.ts';
import type { Settings } from './settings.ts';
import { ConnectionError, type Response, type Transport } from './transport.ts';

/** Parameters of a query; a list repeats its parameter. */
export type Query = Readonly<Record<string, Json>>;

const longestUrl = 8192;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** The Networking API v2.0, as one user sees it. Every method throws ClientError with the text to show. */
export class Api {
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #log: Log;
  readonly #retries: number;
  #grant: Grant | undefined;

  constructor(settings: Settings, transport: Transport, log: Log, retries: number) {
    this.#settings = settings;
    this.#transport = transport;
    this.#log = log;
    this.#retries = retries;
  }

  /** Whether the token's roles hold `admin`; false without Keystone, as nothing tells. */
  async isAdmin(): Promise<boolean> {
    return this.#settings.mode === 'keystone' && (await this.#granted()).roles.includes('admin');
  }

  get(path: string, query: Query = {}): Promise<Dict> {
    return this.#retried('GET', path, query);
  }

  put(path: string, body?: Dict): Promise<Dict> {
    return this.#retried('PUT', path, {}, body);
  }

  delete(path: string): Promise<Dict> {
    return this.#retried('DELETE', path, {});
  }

  /** Not repeated when the connection fails: the object might have been made. */
  async post(path: string, body: Dict): Promise<Dict> {
    try {
      return await this.#request('POST', path, {}, body);
    } catch (error) {
      throw error instanceof ConnectionError ? new ClientError(error.message, undefined, error) : error;
    }
  }

  /** All items of a collection, following the links from page to page. */
  async list(plural: string, path: string, query: Query = {}): Promise<Dict[]> {
    const items: Dict[] = [];
    let page: Query | undefined = query;
    while (page !== undefined) {
      const body: Dict = await this.get(path, page);
      if (!Array.isArray(body[plural])) throw new ClientError(repr(plural));
      items.push(...body[plural].filter(isDict));
      page = nextPage(body[`${plural}_links`]);
    }
    return items;
  }

  /** The object with this id or, failing that, the only one with this name. */
  async find(resource: Resource, idOrName: string, query: Query = {}, path = resource.path): Promise<Dict> {
    const missing: unknown[] = [];
    const orNone = async (found: Promise<Dict[]>): Promise<Dict[]> => {
      try {
        return await found;
      } catch (error) {
        if (!(error instanceof ClientError) || error.status !== 404) throw error;
        missing.push(error);
        return [];
      }
    };
    const [byId] = await orNone(this.#findById(resource, idOrName, query, path));
    if (byId) return byId;
    const found = await orNone(this.list(resource.plural, path, { name: idOrName, ...query }));
    if (found.length > 1) throw new NotUnique(resource.name, idOrName);
    if (found[0]) return found[0];
    throw new ClientError(`Unable to find ${resource.name} with name or id '${idOrName}'`, 404, missing[0]);
  }

  async findId(resource: Resource, idOrName: string, path?: string): Promise<string> {
    return str((await this.find(resource, idOrName, { fields: 'id' }, path)).id ?? null);
  }

  /** The id again, if there is an object with it. */
  async checkId(resource: Resource, id: string, path = resource.path): Promise<string> {
    const [found] = await this.#findById(resource, id, { fields: 'id' }, path);
    if (!found) throw new ClientError(`Unable to find ${resource.name} with id '${id}'`, 404);
    return id;
  }

  async #findById(resource: Resource, id: string, query: Query, path: string): Promise<Dict[]> {
    return uuid.test(id) ? await this.list(resource.plural, path, { id, ...query }) : [];
  }

  async #granted(): Promise<Grant> {
    this.#grant ??= await authenticate(this.#settings, this.#transport);
    return this.#grant;
  }

  async #endpoint(): Promise<string> {
    const { mode, url } = this.#settings;
    const address =
      url !== undefined && mode !== 'keystone'
        ? url
        : (url ?? endpointOf(await this.#granted(), this.#settings));
    return address.replace(/\/+$/, '').replace(/\/v2\.0$/, '');
  }

  async #retried(method: string, path: string, query: Query, body?: Dict): Promise<Dict> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#request(method, path, query, body);
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
        if (attempt >= this.#retries) throw unreachable(this.#retries, error);
        this.#log.debug('neutronclient.v2_0.client', 'Retrying connection to Neutron service');
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  async #request(method: string, path: string, query: Query, body?: Dict): Promise<Dict> {
    const target = `/v2.0${path}${queryText(query)}`;
    const endpoint = await this.#endpoint();
    const excess = endpoint.length + target.length - longestUrl;
    if (excess > 0) throw new UriTooLong(excess);
    let response = await this.#send(method, endpoint + target, body);
    if (response.status === 401 && this.#settings.mode === 'keystone') {
      this.#grant = undefined;
      response = await this.#send(method, endpoint + target, body);
    }
    return answer(response);
  }

  async #send(method: string, url: string, body?: Dict): Promise<Response> {
    const { mode, token } = this.#settings;
    const sent = mode === 'keystone' ? (await this.#granted()).token : mode === 'given' ? token : undefined;
    return this.#transport.send({
      method,
      url,
      headers: {
        Accept: 'application/json',
        'User-Agent': 'python-neutronclient',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(sent === undefined ? {} : { 'X-Auth-Token': sent }),
      },
      ...(body === undefined ? {} : { body: dumps(body) }),
    });
  }
}

const unreachable = (retries: number, cause: ConnectionError): ClientError => {
  const tried =
    retries > 0
      ? `Failed to connect to Neutron server after ${retries + 1} attempts`
      : 'Failed to connect Neutron server';
  return new ClientError(`Connection to neutron failed: ${tried}\n${cause.message}`, undefined, cause);
};

const queryText = (query: Query): string => {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : isDict(value) ? Object.keys(value) : [value]).map(
      (item) => `${quote(name)}=${quote(str(item))}`,
    ),
  );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
};

const quote = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const nextPage = (links: Json | undefined): Query | undefined => {
  const next = (Array.isArray(links) ? links : []).find((link) => isDict(link) && link.rel === 'next');
  if (!isDict(next) || typeof next.href !== 'string') return undefined;
  const query: Record<string, Json> = {};
  const { searchParams } = new URL(next.href, 'http://localhost');
  for (const name of new Set(searchParams.keys())) query[name] = searchParams.getAll(name);
  return query;
};

const answer = (response: Response): Dict => {
  const ok = [200, 201, 202, 204].includes(response.status);
  let body: Json = { message: response.text || response.reason };
  try {
    if (response.text !== '') body = parseJson(response.text);
  } catch (error) {
    if (ok) throw new ClientError(`Malformed response body: ${(error as Error).message}`);
  }
  if (!ok) throw refusal(response, body);
  return isDict(body) && response.text !== '' ? body : {};
};

const refusal = (response: Response, body: Json): ClientError => {
  const { status } = response;
  const id = response.headers['x-openstack-request-id'];
  const trailer = id ? `\nNeutron server returns request_ids: ${repr([id])}` : '';
  const error = isDict(body) ? body.NeutronError : undefined;
  const isPath = status === 404 && (!isDict(error) || error.type === 'HTTPNotFound');
  return new (isPath ? NoSuchPath : ClientError)(`${refusalText(status, body)}${trailer}`, status);
};

const refusalText = (status: number, body: Json): string => {
  if (!isDict(body)) return `${status}-${str(body)}`;
  const error = body.NeutronError;
  if (isDict(error)) {
    if (error.message === undefined || error.type === undefined || error.detail === undefined)
      return repr(error);
    return error.detail ? `${str(error.message)}\n${str(error.detail)}` : str(error.message);
  }
  if (typeof error === 'string' && error !== '') return error;
  return body.message ? str(body.message) : `${status}-${repr(body)}`;
};
