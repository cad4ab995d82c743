import { Agent, request as httpRequest } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Item {
  readonly id: string;
  readonly [attribute: string]: unknown;
}

/** A client with connections of its own that stay open. */
export interface Api {
  /** Address of the server, e.g. http://127.0.0.1:9696. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Rejects when there is no good answer. @returns the body as it came */
  ask(method: string, path: string, body?: unknown): Promise<string>;
  /** Items of a collection, e.g. list('ports', '?fields=id'). */
  list(collection: string, query?: string): Promise<Item[]>;
  /** Makes an item, e.g. create('networks', { name: 'n' }). */
  create(collection: string, attributes: object): Promise<Item>;
  close(): void;
}

/** One request on one of the agent's connections. */
export function send(
  agent: Agent,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<Answer & { readonly headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const extra = text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) };
    const request = httpRequest(url, { agent, method, headers: { ...headers, ...extra } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on('error', reject);
    request.end(text);
  });
}

const singular = (collection: string) => collection.slice(0, -1).replaceAll('-', '_');

/** A caller of the server at `url`; the credentials, headers, may change meanwhile. */
export function apiAt(url: string, credentials: Readonly<Record<string, string>>): Api {
  const agent = new Agent({ keepAlive: true });
  const json = { 'content-type': 'application/json', accept: 'application/json' };
  const headers = () => ({ ...json, ...credentials });
  const ask: Api['ask'] = async (method, path, body) => {
    const { status, text } = await send(agent, method, `${url}/v2.0/${path}`, headers(), body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 500)}`);
    return text;
  };
  return {
    url,
    get headers() {
      return headers();
    },
    ask,
    list: async (collection, query = '') =>
      JSON.parse(await ask('GET', `${collection}${query}`))[collection.replaceAll('-', '_')],
    create: async (collection, attributes) => {
      const kind = singular(collection);
      return JSON.parse(await ask('POST', collection, { [kind]: attributes }))[kind];
    },
    close: () => agent.destroy(),
  };
}

/** Keystone as a process on the controller reaches it. */
export const KEYSTONE = 'http://127.0.0.1:5000';

/** A token of the guide's administrator, and the id of his project. */
export async function login(keystone: string): Promise<{ token: string; project: string }> {
  const domain = { id: 'default' };
  const body = {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: 'admin', domain, password: 'admin' } },
      },
      scope: { project: { name: 'admin', domain } },
    },
  };
  const agent = new Agent();
  const type = { 'content-type': 'application/json' };
  const { status, headers, text } = await send(agent, 'POST', `${keystone}/v3/auth/tokens`, type, body);
  if (status !== 201) throw new Error(`Keystone: ${status} ${text}`);
  return { token: String(headers['x-subject-token']), project: JSON.parse(text).token.project.id };
}
