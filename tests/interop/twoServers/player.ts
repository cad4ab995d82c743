import { sql } from 'kysely';
import type { TestDatabase } from '../../../src/server/db/testing.ts';
import { Names, past } from './masks.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Item = Readonly<Record<string, unknown>> & { readonly id: string };

/** One request. `as` names what it made, for `$name` in later steps; `headers` may be filled, too. */
export interface Step {
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Python tells revision and time that the port had before it was bound, ours the stored ones. */
  readonly binds?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A server, and the headers with which it takes a caller for the administrator of Python's fake_project_id. */
export interface Server {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Without authentication ours has a project of its own, and Python's none when a header names one. */
export const ours = (url: string): Server => ({ url, headers: { 'x-project-id': 'fake_project_id' } });
export const python = (url: string): Server => ({ url, headers: {} });

/** Asks without authentication. */
export async function ask(
  server: Server,
  method: Method,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${server.url}/v2.0/${encodeURI(path)}`, {
    method,
    headers: { 'content-type': 'application/json', ...server.headers, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** Every collection that both serve. */
export const collections = [
  'networks',
  'subnets',
  'subnetpools',
  'ports',
  'routers',
  'floatingips',
  'rbac-policies',
  'security-groups',
  'security-group-rules',
  'address-scopes',
  'address-groups',
  'flavors',
  'service_profiles',
  'network-ip-availabilities',
  'floatingip_pools',
  'quotas',
  'agents',
  'availability_zones',
  'service-providers',
] as const;

type Look = ReadonlyMap<string, Item>;

const parse = (text: string): unknown => (text === '' ? null : JSON.parse(text));

function itemsOf(collection: string, text: string): [string, Item][] {
  const [items = []] = Object.values(parse(text) as Record<string, Item[]>);
  return items.map((item, index) => [
    `${collection} ${item.id ?? item.network_id ?? item.tenant_id ?? item.subnet_id ?? index}`,
    item,
  ]);
}

/** Where two bodies differ: values, the order of lists and of fields. */
function differences(first: unknown, second: unknown, path: string): string[] {
  if (typeof first !== 'object' || typeof second !== 'object' || first === null || second === null) {
    return Object.is(first, second) ? [] : [`${path}: ${JSON.stringify(first)}, ${JSON.stringify(second)}`];
  }
  const [fields, others] = [Object.keys(first), Object.keys(second)];
  const only = (some: string[], of: string[]) => some.filter((field) => !of.includes(field));
  const alone = [only(fields, others), only(others, fields)];
  if (fields.join() !== others.join()) return [`${path}: fields ${JSON.stringify(alone)} or their order`];
  return fields.flatMap((field) =>
    differences((first as Item)[field], (second as Item)[field], `${path}.${field}`),
  );
}

/** What one server shows of everything. */
async function look(server: Server): Promise<Look> {
  const answers = await Promise.all(collections.map((collection) => ask(server, 'GET', collection)));
  return new Map(answers.flatMap(({ text }, index) => itemsOf(collections[index]!, text)));
}

/** Asks both servers for the same; what they answer must be equal, to the order of items and fields. */
async function compared(watching: Watching, path: string): Promise<string[]> {
  const answers = await Promise.all(
    [watching.first, watching.second!].map((server) => ask(server, 'GET', path)),
  );
  const [first, second] = answers.map(({ status, text }) => ({ status, body: parse(text) }));
  return path === 'availability_zones' ? unordered(first, second) : differences(first, second, path);
}

/** The collections, and the members, in which two looks differ. */
function touched(before: Look, after: Look): Set<string> {
  const keys = new Set([...before.keys(), ...after.keys()]);
  const differing = [...keys].filter(
    (key) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)),
  );
  return new Set(differing.map((key) => key.split(' ')[0]!));
}

/** How two looks differ, masked, a line for each thing that came, went or changed. */
function changes(names: Names, before: Look, after: Look): string[] {
  const title = (key: string) => key.replace(/\S+$/, (id) => names.mask(id) as string);
  const gone = [...before.keys()].filter((key) => !after.has(key)).map((key) => `- ${title(key)}`);
  const others = [...after].flatMap(([key, item]) => {
    const old = before.get(key);
    if (old === undefined) return [`+ ${title(key)} ${JSON.stringify(names.mask(item))}`];
    const [was, is] = [names.mask(old), names.mask(item)] as [Item, Item];
    const fields = Object.keys(is).filter(
      (field) =>
        field !== 'created_at' &&
        (field === 'updated_at'
          ? is[field] === 'now'
          : JSON.stringify(is[field]) !== JSON.stringify(was[field])),
    );
    if (fields.length === 0) return [];
    const parts = fields.map(
      (field) => `${field} ${JSON.stringify(was[field])} > ${JSON.stringify(is[field])}`,
    );
    return [`~ ${title(key)}: ${parts.join('; ')}`];
  });
  return [...gone, ...others].sort();
}

export interface Played {
  /** By step: the request, its masked answer, and what it changed. */
  readonly transcript: readonly (readonly string[])[];
  /** Where the watching servers showed different things, or an answer was not what is shown. */
  readonly wrong: readonly string[];
}

/** Times of all rows go back, so that the next step shows what it touches, however fast it is. */
const backdate = ({ kysely }: TestDatabase) =>
  sql`update standardattributes set created_at = ${past}, updated_at = ${past}`.execute(kysely);

/** Who looks at everything after each step, and who must show the same of what has changed. */
export interface Watching {
  readonly first: Server;
  readonly second?: Server;
}

/** Plays steps, each on the server that `by` chooses. */
export async function play(
  db: TestDatabase,
  steps: readonly Step[],
  by: (index: number) => Server,
  watching: Watching,
): Promise<Played> {
  const names = new Names();
  const wrong: string[] = [];
  const transcript: string[][] = [];
  const compare = async (after: string, paths: Iterable<string>) => {
    if (watching.second === undefined) return;
    for (const path of paths) {
      wrong.push(...(await compared(watching, path)).map((difference) => `after ${after}: ${difference}`));
    }
  };
  for (const [index, step] of steps.entries()) {
    await backdate(db);
    const before = await look(watching.first);
    const { method, path, body, headers } = names.fill(step);
    const { status, text } = await ask(by(index), method, path, body, headers);
    const title = `${method} ${step.path} ${JSON.stringify(step.body) ?? ''}`;
    const answer = parse(text) as Record<string, unknown> | null;
    const [made] = Object.values(answer ?? {}) as [{ id?: string }?];
    if (step.as !== undefined && made?.id !== undefined) names.give(step.as, made.id);
    if (Array.isArray(made)) for (const { name, id } of made as Item[]) names.give(name as string, id);
    const after = await look(watching.first);
    const paths = touched(before, after);
    if (method === 'GET') paths.add(path);
    else if (status < 300 && method !== 'DELETE') paths.add(path.split('/').slice(0, 2).join('/'));
    if (made?.id !== undefined && method === 'POST') paths.add(`${path}/${made.id}`);
    await compare(title, paths);
    const masked = JSON.stringify(names.mask(answer));
    const shown = step.binds
      ? masked.replaceAll(/"(revision_number|updated_at)":[^,}]+/g, '"$1":"<bound>"')
      : masked;
    transcript.push([title, `${status} ${shown}`, ...changes(names, before, after)]);
  }
  await compare('the end', collections);
  return { transcript, wrong };
}

/** The same for answers in which the order of lists and of fields means nothing. */
function unordered(first: unknown, second: unknown): string[] {
  return differences(sorted(first), sorted(second), '');
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
