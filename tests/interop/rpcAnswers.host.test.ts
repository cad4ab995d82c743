import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { configOf } from '../../src/config/load.ts';
import { silentLog } from '../../src/log/silent.ts';
import { RemoteError } from '../../src/messaging/errors.ts';
import { openTransport } from '../../src/messaging/open.ts';
import { rabbitIsInstalled } from '../../src/messaging/rabbit/testing.ts';
import type { Json, Transport } from '../../src/messaging/transport.ts';
import { adminContext } from '../../src/rpc/context.ts';
import { type Cluster, programs, startCluster } from '../concurrency/cluster.ts';
import { differences, named } from '../wire/compare.ts';
import { buildCloud, type Ids, PLUGINS } from './rpcAnswers/cloud.ts';
import { departures } from './rpcAnswers/departures.ts';
import { interfaces, type Question, questionsOf, unasked } from './rpcAnswers/questions.ts';
import { ask, ours } from './twoServers/player.ts';

/** Our server and Python's answer what agents ask, each by its own queue, of the same database: field by field. */

const missing = [
  ...(existsSync(programs.python) ? [] : ['neutron-server']),
  ...(rabbitIsInstalled ? [] : ['rabbitmq-server']),
];

/** Hosts of the cluster's servers, by which one of them is asked and not the other. */
const [OURS, PYTHON] = ['server0', 'server1'];

/** Where the order of items tells something. */
const ORDERED = /^(fixed_ips|dns_nameservers|devices|devices_up|addresses)$/;

const isDict = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value whose lists stand in an order of their own, where theirs means nothing. */
function ordered(value: unknown, key = ''): unknown {
  if (isDict(value))
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, item]) => [name, ordered(item, name)]),
    );
  if (!Array.isArray(value)) return value;
  const items = value.map((item) => ordered(item));
  if (ORDERED.test(key)) return items;
  const texts = items.map((item) => [JSON.stringify(item), item] as const);
  return texts.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

describe('agents get the same answers of our server and of Python’s', {
  skip: missing.length === 0 ? false : `Debian’s ${missing.join(' and ')} is not installed`,
}, () => {
  let cluster: Cluster;
  let transport: Transport;
  let ids: Ids;
  let questions: readonly Question[];

  const answer = async (server: string, { topic, version, method, args }: Omit<Question, 'title'>) => {
    try {
      return { result: await transport.call({ topic, version, server }, method, args, adminContext()) };
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      return { failure: `${error.module}.${error.excType}`, message: error.message };
    }
  };

  before(async () => {
    cluster = await startCluster(['ours', 'python'], PLUGINS);
    const config = configOf(`[DEFAULT]\ntransport_url = ${cluster.broker}\n`);
    transport = await openTransport(config, silentLog, { clientName: 'test' });
    const server = ours(cluster.urls[0]!);
    ids = await buildCloud(server);
    const { ports } = JSON.parse((await ask(server, 'GET', 'ports')).text) as {
      ports: { id: string; mac_address: string }[];
    };
    questions = questionsOf(ids, new Map(ports.map(({ id, mac_address }) => [id, mac_address])));
    // Some have a status change, or something scheduled: what is compared are the answers after that.
    for (const question of questions) await answer(OURS, question);
  });
  after(async () => {
    await transport?.close();
    await cluster?.close();
  });

  it('every method that agents call is asked', () => {
    const asked = new Set(questions.map(({ method }) => method));
    const methods = interfaces.flatMap((one) => Object.keys(one.methods));
    assert.deepEqual(
      methods.filter((method) => !asked.has(method) && !(method in unasked)),
      [],
    );
  });

  it('of what there is and what there is not', async (t) => {
    const used = new Set<unknown>();
    const wrong: string[] = [];
    for (const question of questions) {
      // Of one moment: other questions change what ports are said to be.
      const ofPython = ordered(await answer(PYTHON, question));
      const ofOurs = ordered(await answer(OURS, question));
      for (const { path, recorded, ours } of differences(ofPython, ofOurs)) {
        const row = departures.find(({ where, what }) => where.test(question.title) && what.test(path));
        if (row) used.add(row);
        else
          wrong.push(
            `${question.title}: ${path}: Python ${JSON.stringify(recorded)}, ours ${JSON.stringify(ours)}`,
          );
      }
    }
    t.diagnostic(`${questions.length} questions`);
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      departures.filter((row) => !used.has(row)),
      [],
      'every known difference is one',
    );
  });

  it('a DHCP port that one makes is like that of the other', async () => {
    const topic = 'q-plugin';
    const made = async (server: string, device_id: string) => {
      const port = { network_id: ids.private!, device_id, name: '', admin_state_up: true, project_id: 'p1' };
      const fixed_ips = [{ subnet_id: ids.private4! }];
      const args = { host: 'controller', port: { port: { ...port, fixed_ips } } };
      const result = await answer(server, { topic, version: '1.1', method: 'create_dhcp_port', args });
      const release = { host: 'controller', network_id: ids.private!, device_id };
      const released = await answer(server, {
        topic,
        version: '1.0',
        method: 'release_dhcp_port',
        args: release as { [key: string]: Json },
      });
      return named(ordered({ made: result, released }));
    };
    const [one, other] = [await made(PYTHON, 'dhcp-one'), await made(OURS, 'dhcp-one')];
    assert.deepEqual(
      differences(one, other).filter(({ path }) => !path.endsWith('.resource_request')),
      [],
    );
  });
});
