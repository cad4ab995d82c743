import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { configOf } from '../../src/config/load.ts';
import type { Log } from '../../src/log/log.ts';
import { silentLog } from '../../src/log/silent.ts';
import { resources } from '../../src/resources/index.ts';
import type { TestDatabase } from '../../src/server/db/testing.ts';
import { seeded } from '../../src/testing/random.ts';
import { startApi } from '../conformance/api.ts';
import { makeGuideState } from '../conformance/guideState.ts';
import { type FuzzRequest, nextCreation, nextRequest } from './requests.ts';
import type { World } from './values.ts';

/** All that a configuration of ours can switch on. */
const everything = `
[DEFAULT]
core_plugin = ml2
service_plugins = router
[ml2]
type_drivers = flat,vlan,vxlan,local
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = port_security,dns
[ml2_type_flat]
flat_networks = *
[ml2_type_vlan]
network_vlan_ranges = public:1:100
[ml2_type_vxlan]
vni_ranges = 1:1000
`;

/** An answer takes no longer than this, in milliseconds, however busy the machine. */
const patience = 20_000;

export interface Findings {
  /** What must not be, each with the request that caused it. */
  readonly faults: string[];
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Bytes of live heap, after each tenth of the requests. */
  readonly heap: readonly number[];
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly milliseconds: number;
}

const agent = new Agent({ keepAlive: true });

function send(port: number, { who, method, path, headers, body }: FuzzRequest): Promise<Reply> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent,
        timeout: patience,
        headers: { ...headers, 'x-auth-token': who, ...(bytes ? { 'content-length': bytes.length } : {}) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: String(response.headers['content-type'] ?? ''),
            text: Buffer.concat(chunks).toString('utf8'),
            milliseconds: performance.now() - start,
          }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${patience} ms`)));
    outgoing.on('error', reject);
    outgoing.end(bytes);
  });
}

/** Bytes that are no proper HTTP; whatever comes back, the server must live on. */
const garbage: readonly string[] = [
  'GET / HTTP/9.9\r\n\r\n',
  'GET /v2.0/networks\r\n\r\n',
  'GET /v2.0/\u0000networks HTTP/1.1\r\nHost: x\r\n\r\n',
  'POST /v2.0/networks HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}',
  'POST /v2.0/networks HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'POST /v2.0/networks HTTP/1.1\r\nHost: x\r\nX-Auth-Token: admin\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n',
  `GET /v2.0/networks?${'x'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  'GET http://[::bad/v2.0/networks HTTP/1.1\r\nHost: x\r\nX-Auth-Token: admin\r\n\r\n',
  'GET //[ HTTP/1.1\r\nHost: x\r\nX-Auth-Token: admin\r\n\r\n',
  'GET *&^% HTTP/1.1\r\nHost: x\r\nX-Auth-Token: admin\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: x\r\nX-Auth-Token: admin\r\n\r\n',
  'GET /v2.0/networks HTTP/1.1\r\nHost: [\r\nX-Auth-Token: admin\r\nAccept: application/json\r\n\r\n',
  '\u0000\u0001\u0002\u0003',
];

function throwGarbage(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    const done = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      done();
    });
    socket.on('error', done);
    socket.on('close', done);
    socket.setTimeout(1000, done);
    socket.write(Buffer.from(text, 'latin1'));
  });
}

/** What tells of the inside: a stack, a file of ours, a message of a database or of the engine. */
const leaks =
  /\n\s+at |\.(ts|js):\d+|node_modules|node:internal|SQLITE_|SqliteError|\bER_[A-Z]{3}|ECONN|is not a function|Cannot read prop|undefined \(reading/;

/** Neutron's own answers of 500 and more, with a reason for the client: what is recorded of it, and kept. */
const neutronsOwn =
  /"type":"(SubnetAllocationError|PortBindingError|RbacPolicyInitError|HTTPNotImplemented)"/;

/** What is wrong with an answer; undefined when nothing is. */
function faultOf({ status, type, text, milliseconds }: Reply, method: string): string | undefined {
  if (status >= 500 && !neutronsOwn.test(text)) return `status ${status}: ${text.slice(0, 300)}`;
  if (milliseconds > patience) return `${Math.round(milliseconds)} ms`;
  if (leaks.test(text)) return `tells of the inside: ${text.slice(0, 500)}`;
  if (type.includes('json') && method !== 'HEAD' && text !== '') {
    try {
      JSON.parse(text);
    } catch {
      return `is no JSON: ${text.slice(0, 200)}`;
    }
  }
  return undefined;
}

const shown = ({ who, method, path, headers, body }: FuzzRequest): string => {
  const text =
    body === undefined ? '' : typeof body === 'string' ? body : `base64:${body.toString('base64')}`;
  return `${who} ${method} ${path.slice(0, 600)} ${JSON.stringify(headers).slice(0, 300)} ${text.slice(0, 1500)}`;
};

/** Ids that were seen, newest last; an old one may be gone. */
function worldOf(
  seed: number,
): World & { wildness: number; learn(path: string, text: string): void; forget(path: string): void } {
  const random = seeded(seed);
  const known = new Map<string, string[]>();
  const nothing = '00000000-0000-4000-8000-000000000000';
  return {
    random,
    wildness: 0,
    serves: (collection) => known.has(collection),
    id(collection = random.pick([...known.keys(), 'networks'])) {
      const ids = known.get(collection) ?? [];
      if (ids.length === 0 || random.chance(0.05)) return nothing;
      if (random.chance(0.03)) return random.pick([...known.values()].flat());
      return random.pick(ids);
    },
    forget(path) {
      const [, collection = '', id] = /^\/v2\.0\/([\w-]+)\/([0-9a-f-]{36})$/.exec(path) ?? [];
      const ids = known.get(collection);
      if (ids && id !== undefined)
        known.set(
          collection,
          ids.filter((one) => one !== id),
        );
    },
    learn(path, text) {
      const collection = /^\/v2\.0\/([\w-]+)/.exec(path)?.[1];
      if (collection === undefined) return;
      const ids = known.get(collection) ?? [];
      known.set(collection, ids);
      for (const [, id] of text.slice(0, 20_000).matchAll(/"id": ?"([0-9a-f-]{36})"/g)) {
        if (!ids.includes(id!)) ids.push(id!);
      }
      ids.splice(0, Math.max(0, ids.length - 40));
    },
  };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use when what nobody refers to is gone. */
function liveHeap(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** A log of which only errors are kept, until they are taken. */
function errorLog(): Log & { take(): string[] } {
  let errors: string[] = [];
  const log = {
    ...silentLog,
    error: (text: string) => {
      errors.push(text);
    },
    named: () => log,
    take() {
      const taken = errors;
      errors = [];
      return taken;
    },
  };
  return log;
}

/** Sends so many requests to a server of its own, one after the other, and judges every answer. */
export async function fuzz(
  openDatabase: () => Promise<TestDatabase>,
  { seed, requests }: { readonly seed: number; readonly requests: number },
): Promise<Findings> {
  const log = errorLog();
  const api = await startApi(openDatabase, configOf(everything), { log });
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  const heap: number[] = [];
  const unhandled = (error: unknown) =>
    faults.push(`unhandled: ${error instanceof Error ? error.stack : error}`);
  process.on('unhandledRejection', unhandled);
  try {
    await makeGuideState(api);
    const port = await api.listen();
    const world = worldOf(seed);
    for (const { path } of Object.values(resources)) {
      const { status, body } = await api.request('admin', 'GET', `/v2.0/${path}`);
      if (status === 200) world.learn(`/v2.0/${path}`, JSON.stringify(body));
    }
    for (let index = 0; index < requests; index += 1) {
      world.wildness = world.random.pick([0.01, 0.01, 0.01, 0.03, 0.1, 0.3]);
      const one = index < requests / 8 ? nextCreation(world) : nextRequest(world);
      const say = (what: string) => faults.push(`seed ${seed}, request ${index}: ${what}\n  ${shown(one)}`);
      try {
        const reply = await send(port, one);
        statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
        const fault = faultOf(reply, one.method);
        if (fault) say(fault);
        if (reply.status === 404 || reply.status === 204) world.forget(one.path);
        if (reply.status === 201 || (reply.status === 200 && one.method === 'GET'))
          world.learn(one.path, reply.text);
      } catch (error) {
        say((error as Error).message);
      }
      for (const line of log.take().filter((text) => /\n\s+at /.test(text)))
        say(`logged: ${line.slice(0, 1500)}`);
      if (index % 200 === 0) {
        const answer = await throwGarbage(port, world.random.pick(garbage));
        if (leaks.test(answer)) faults.push(`garbage is answered with ${answer}`);
      }
      if ((index + 1) % Math.ceil(requests / 10) === 0) {
        heap.push(liveHeap());
      }
      if (faults.length > 40) break;
    }
    if (Object.keys(Object.prototype).length > 0) faults.push('Object.prototype was changed');
  } finally {
    agent.destroy();
    await api.close();
    process.off('unhandledRejection', unhandled);
  }
  return { faults, statuses, heap };
}
