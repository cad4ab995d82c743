import assert from 'node:assert/strict';
import { type Case, type Make, type Person, people, type Send } from './cases.ts';

/** What an answer amounts to: the status, then the error's type, the attributes shown, or how many were listed. */
export type Outcome = readonly [status: number, detail: string];

const filled = <T>(value: T, ids: ReadonlyMap<string, string>): T =>
  JSON.parse(JSON.stringify(value).replace(/\{(\w+)\}/g, (whole, name) => ids.get(name) ?? whole));

/** What of a body is the same on every server. */
function detailOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const [[key, value] = ['', undefined]] = Object.entries(body);
  if (key === 'NeutronError') return String((value as { type?: unknown }).type);
  if (Array.isArray(value)) return `${key}: ${value.length}`;
  return typeof value === 'object' && value !== null ? `${key}: ${Object.keys(value).sort().join(' ')}` : key;
}

/** What a case needs, made by an administrator for the project of most people: ids by name, the last made last. */
type Made = Map<string, { readonly id: string; readonly path: string }>;

const idsOf = (made: Made): Map<string, string> => new Map([...made].map(([name, { id }]) => [name, id]));

async function makeOne(send: Send, [path, key, attributes]: Make, made: Made, project: string) {
  const owned = ['flavors', 'service_profiles'].includes(path) ? {} : { tenant_id: project };
  const body = { [key]: { ...filled(attributes, idsOf(made)), ...owned } };
  const reply = await send('admin', 'POST', `/v2.0/${path}`, body);
  assert.equal(reply.status, 201, `${path}: ${JSON.stringify(reply.body)}`);
  const { id } = (reply.body as Record<string, { id: string }>)[key]!;
  return { id, path: `/v2.0/${path}/${id}` };
}

/** Has one person try the request; what it makes is taken away again. */
async function tried(
  send: Send,
  one: Case,
  who: Person,
  made: ReadonlyMap<string, string>,
  project: string,
): Promise<Outcome> {
  const ids = new Map([...made, ['project', project || 'none']]);
  const [method = '', path = ''] = filled(one.request, ids).split(' ');
  const body = one.body && filled(one.body, ids);
  const reply = await send(who, method, `/v2.0/${path}`, body);
  const [created] = method === 'POST' && reply.status === 201 ? Object.values(reply.body ?? {}) : [];
  if (typeof created?.id === 'string') await send('admin', 'DELETE', `/v2.0/${path}/${created.id}`);
  if (path.endsWith('/add_router_interface') && reply.status === 200) {
    const removed = await send(
      'admin',
      'PUT',
      `/v2.0/${path.replace(/add(?=_router_interface$)/, 'remove')}`,
      body,
    );
    assert.equal(removed.status, 200, JSON.stringify(removed.body));
  }
  return [reply.status, detailOf(reply.body)];
}

/** Has everybody try one case; what a success changes, which is the last made, is made anew for the next. */
export async function outcomes(
  send: Send,
  one: Case,
  projects: Readonly<Record<Person, string>>,
): Promise<Record<Person, Outcome>> {
  const results = {} as Record<Person, Outcome>;
  const wanted = Object.entries<Make>(one.made ?? {});
  const made: Made = new Map();
  for (const [name, make] of wanted) made.set(name, await makeOne(send, make, made, projects.member));
  for (const who of people) {
    const outcome = await tried(send, one, who, idsOf(made), projects[who]);
    results[who] = outcome;
    const [name, make] = wanted.at(-1) ?? [];
    if (name !== undefined && make && outcome[0] < 300 && /^(PUT|DELETE)/.test(one.request)) {
      await send('admin', 'DELETE', made.get(name)!.path);
      made.set(name, await makeOne(send, make, made, projects.member));
    }
  }
  for (const { path } of [...made.values()].reverse()) await send('admin', 'DELETE', path);
  return results;
}
