import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dict, isDict, type Json } from '../python/value.ts';
import type { Transcript } from './transcript.ts';

/** A Keystone and Neutron that answer as they must have when the transcript was recorded. */
export interface Replay {
  readonly authUrl: string;
  play(transcript: Transcript, objects: Readonly<Record<string, Dict[]>>): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body?: Json;
  readonly id?: string | undefined;
}

const anyId = '11111111-2222-4333-8444-555555555555';

export const startReplay = async (): Promise<Replay> => {
  let transcript: Transcript;
  let objects: Readonly<Record<string, Dict[]>> = {};
  let url = '';
  const server = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => {
      const asked = new URL(incoming.url ?? '/', url);
      const answer = asked.pathname.startsWith('/v3')
        ? keystone(transcript, url)
        : neutron(transcript, objects, incoming.method ?? 'GET', asked);
      outgoing.writeHead(answer.status, {
        'Content-Type': 'application/json',
        'X-Subject-Token': 'token',
        ...(answer.id ? { 'X-Openstack-Request-Id': answer.id } : {}),
      });
      outgoing.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    authUrl: `${url}/v3`,
    play(next, known) {
      transcript = next;
      objects = known;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const requestId = (text: string): string | undefined => /req-[-\w]+/.exec(text)?.[0];

const keystone = ({ stderr, user }: Transcript, url: string): Answer => {
  const refused = /^(.*) \(HTTP (\d+)\) \(Request-ID/m.exec(stderr);
  if (refused)
    return { status: Number(refused[2]), id: requestId(stderr), body: { error: { message: refused[1]! } } };
  const endpoints = [{ interface: 'public', region: 'RegionOne', region_id: 'RegionOne', url }];
  const roles = (user === 'admin' ? ['admin', 'member'] : ['member']).map((name) => ({ name }));
  return { status: 201, body: { token: { roles, catalog: [{ type: 'network', endpoints }] } } };
};

const neutron = (
  transcript: Transcript,
  objects: Readonly<Record<string, Dict[]>>,
  method: string,
  { pathname, searchParams }: URL,
): Answer => {
  const { stderr, stdout } = transcript;
  const parts = pathname.split('/').slice(2);
  const plural = parts.at(-1)!.replaceAll('-', '_');
  if (method === 'GET' && isLookUp(searchParams))
    return { status: 200, body: { [plural]: lookedUp(stderr, searchParams) } };
  const refused = /OpenStack CLI instead\.\n([\s\S]*)\nNeutron server returns request_ids: \['(.*)'\]/i.exec(
    stderr,
  );
  if (refused) {
    const error = { type: 'Conflict', message: refused[1]!, detail: '' };
    return { status: 409, id: refused[2], body: { NeutronError: error } };
  }
  if (method === 'DELETE')
    return /^Unable to find/m.test(stderr) ? { status: 404, body: {} } : { status: 204 };
  const collection = plural.replace(/^dhcp_|^l3_/, '');
  if (method === 'GET' && (objects[collection] || parts.length === 1))
    return { status: 200, body: { [collection]: matching(objects[collection] ?? [], searchParams) } };
  const name = singular(parts);
  if (name === 'quota' && parts[1] === 'tenant')
    return { status: 200, body: { tenant: { tenant_id: /quota: (.*)/.exec(stdout)?.[1] ?? anyId } } };
  const object = objects.object?.[0] ?? { port_id: /interface (\S+)/.exec(stdout)?.[1] ?? '' };
  return { status: 200, body: { [name]: object, ...(isDict(object) ? object : {}) } };
};

const singular = (parts: readonly string[]): string => {
  const noun = parts.length > 1 ? parts.at(-2)! : parts[0]!;
  return noun.replaceAll('-', '_').replace(/ies$/, 'y').replace(/s$/, '');
};

const isLookUp = (query: URLSearchParams): boolean =>
  (query.get('fields') === 'id' &&
    query.getAll('fields').length === 1 &&
    (query.has('name') || query.has('id'))) ||
  query.get('name') === 'sp';

const lookedUp = (stderr: string, query: URLSearchParams): Dict[] => {
  const found = { id: anyId, ip_version: 4 };
  if (query.has('id')) return [found];
  if (/^Unable to find/m.test(stderr)) return [];
  return /^Multiple/m.test(stderr) ? [found, found] : [found];
};

const matching = (items: readonly Dict[], query: URLSearchParams): Dict[] => {
  const ids = query.getAll('id');
  const descending = query.get('sort_dir') === 'desc';
  const found = items.filter(
    (item) =>
      (ids.length === 0 || ids.includes(String(item.id))) &&
      (!query.has('name') || item.name === query.get('name')) &&
      (!query.has('router:external') || item['router:external'] !== false),
  );
  return query.has('sort_key')
    ? found.toSorted((a, b) => (String(a.name) < String(b.name) !== descending ? -1 : 1))
    : found;
};
