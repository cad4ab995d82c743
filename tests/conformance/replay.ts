import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from '../../src/server/db/testing.ts';
import { startApi, type TestApi, type User } from './api.ts';
import { departures } from './departures.ts';
import { makeGuideState } from './guideState.ts';
import { Mapping } from './mapping.ts';
import { answersOf, type Described } from './openapi/answers.ts';

/** One request to Python Neutron 21.0.0 and its answer. */
interface Exchange {
  readonly name: string;
  readonly user: User | null;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status: number;
  readonly answer: unknown;
}

const folder = join(dirname(fileURLToPath(import.meta.url)), 'recorded');
/** In the order of the recording: what one file makes, later ones use. */
export const files = [
  'networks',
  'subnets',
  'ports',
  'routers',
  'floatingips',
  'security-groups',
  'security-group-rules',
  'quotas',
  'agents',
  'rbac-policies',
  'rbac-networks',
  'rbac-external',
  'rbac-security-groups',
  'address-groups',
  'sharing',
  'rbac-subnetpools',
  'security-group-cidrs',
  'security-group-quotas',
  'stateless-security-groups',
  'other',
  'deletes',
  'root',
  'auth',
  'subnetpools',
  'flavors',
  'availability-zones',
  'service-providers',
  'floatingip-pools',
  'agent-schedulers',
  'multi-provider',
  'auto-allocation',
  'ipv6',
];

const exchangesOf = (file: string): Exchange[] =>
  readFileSync(join(folder, `${file}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Exchange);

interface Agent {
  readonly id: string;
  readonly host: string;
  readonly agent_type: string;
}

const agentsOf = (answer: unknown) => (answer as { agents: readonly Agent[] }).agents;

/** Lists of everything depend on what else was there; of these the status and the items' keys are compared. */
const closed =
  /\/v2\.0\/([\w-]+\/[0-9a-f-]{36}|auto-allocated-topology\/|network-ip-availabilities\?network_id)/;
const isOpenList = ({ method, path }: Exchange) => method === 'GET' && !closed.test(path);

/**
 * Defines a test for each recorded request: our server on a database answers it as Python's did.
 * @param chosen files of the recording from the first on
 */
export function replay(openDatabase?: () => Promise<TestDatabase>, chosen: readonly string[] = files): void {
  const mapping = new Mapping();
  let api: TestApi;
  /** Every answer must also be as the API's own description says. */
  let description: ReturnType<typeof answersOf>;

  before(async () => {
    // Addresses are chosen at random: here between those that the recorded requests ask for by name, evenly spread.
    let turn = 0;
    mock.method(Math, 'random', () => 0.68 + 0.19 * ((turn++ * 0.618034) % 1));
    api = await startApi(openDatabase);
    description = answersOf((await api.request(null, 'GET', '/openapi.json')).body as Described);
    const { publicNet, publicSubnet, privateNet } = await makeGuideState(api);
    mapping.bind('e63620a3-7eb5-4976-8d99-8f7125d7f3c0', publicNet.id!);
    mapping.bind('024886af-3c48-4a58-8640-c95923fe35c4', publicSubnet.id!);
    mapping.bind('f3bd6c09-1c5b-4339-bbc1-bde9bdbba362', privateNet.id!);
    const { body } = await api.request('admin', 'GET', '/v2.0/agents');
    for (const { id, host, agent_type } of agentsOf(exchangesOf('agents')[0]!.answer)) {
      const ours = agentsOf(body).find((agent) => agent.host === host && agent.agent_type === agent_type);
      mapping.bind(id, ours!.id);
    }
  });

  after(() => api.close());

  function differences(exchange: Exchange, status: number, body: unknown): string[] {
    if (status !== exchange.status)
      return [`status ${exchange.status} is ${status}: ${JSON.stringify(body)}`];
    if (status >= 400 || !isOpenList(exchange)) return mapping.compare(exchange.answer, body);
    const keys = (answer: unknown) =>
      Object.keys((answer ?? {}) as object).filter((key) => !key.endsWith('_links'));
    return keys(body).join() === keys(exchange.answer).join() ? [] : [`keys are ${keys(body)}`];
  }

  for (const file of chosen) {
    for (const exchange of exchangesOf(file)) {
      const title = `${file}: ${exchange.name}`;
      const known = departures.filter(({ where }) => where.test(title));
      const why = known.map((departure) => ` [${departure.why}]`).join('');
      test(`${title} (${exchange.method} ${exchange.path})${why}`, async () => {
        const { user, method, path, body, headers } = exchange;
        const translated = mapping.translate(body);
        const reply = await api.request(user, method, mapping.translate(path), translated, headers);
        const found = differences(exchange, reply.status, reply.body).filter(
          (text) => !known.some(({ what }) => what.test(text)),
        );
        assert.deepEqual(found, []);
        assert.equal(description.wrongWith(method, path, reply.status, reply.body), undefined);
      });
    }
  }
}
