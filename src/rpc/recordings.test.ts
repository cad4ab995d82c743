import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dispatch } from '../messaging/dispatch.ts';
import { decode, encodeReply, encodeRequest, type Request } from '../messaging/envelope.ts';
import { decodeFailure } from '../messaging/failure.ts';
import type { Endpoint } from '../messaging/transport.ts';
import { adminContext } from './context.ts';
import { dhcpPlugin } from './dhcp.ts';
import { dhcpAgent } from './dhcpAgent.ts';
import { type RecordedMessage, recorded } from './fixtures/recorded.ts';
import type { Method, RpcInterface } from './interface.ts';
import * as l2agent from './l2agent.ts';
import { l2plugin } from './l2plugin.ts';
import { l2population } from './l2population.ts';
import { l3Agent } from './l3Agent.ts';
import { l3plugin } from './l3plugin.ts';
import { metadata } from './metadata.ts';
import { reports, reportsByCast } from './reports.ts';
import { resourcesPull, resourcesPush, resourceVersions } from './resources.ts';
import { securityGroups } from './securitygroups.ts';

/**
 * What a real Neutron said on its broker must fit our interfaces: each message has a method on its topic that asks for
 * the recorded version, and our own encoding has the recorded keys. A few facts are fixtures; the whole recording is
 * checked where it lies beside the repository.
 */

type AnyInterface = RpcInterface<Record<string, Method<object, unknown>>>;

const pushed = [
  ['Network', '1.1'],
  ['Port', '1.7'],
  ['Subnet', '1.1'],
  ['SecurityGroup', '1.5'],
  ['SecurityGroupRule', '1.2'],
] as const;

const interfaces = [
  dhcpPlugin,
  dhcpAgent,
  ...Object.values(l2agent),
  l2plugin,
  l2population,
  l3Agent,
  l3plugin,
  metadata,
  reports,
  reportsByCast,
  resourcesPull,
  resourceVersions,
  securityGroups,
  ...pushed.map(([type, version]) => resourcesPush(type, version)),
] as unknown as AnyInterface[];

const topicOf = (target: string) => target.replace(/_fanout$/, '');

function declarationsOf(target: string, method: string): [AnyInterface, Method<object, unknown>][] {
  return interfaces
    .filter(({ topic, methods }) => topic === topicOf(target) && Object.hasOwn(methods, method))
    .map((definition) => [definition, definition.methods[method]!]);
}

/** All endpoints of a topic, as a listener would have them; each method answers with its name. */
const endpointsOf = (target: string): Endpoint[] =>
  interfaces
    .filter(({ topic }) => topic === topicOf(target))
    .map(({ version, methods }) => ({
      version,
      methods: Object.fromEntries(Object.keys(methods).map((name) => [name, async () => name])),
    }));

const bodyKeys = (message: string) => Object.keys(JSON.parse(JSON.parse(message)['oslo.message']));

function encodeAgain({ namespace, version, method, args, replyTo }: Request): string {
  const target = { version, ...(namespace === undefined ? {} : { namespace }) };
  return encodeRequest(target, method, args, adminContext(), replyTo);
}

async function check({ target, body, reply }: RecordedMessage): Promise<void> {
  const incoming = decode(body);
  assert.equal(incoming.kind, 'request');
  if (incoming.kind !== 'request') return;
  const { request } = incoming;
  const kind = request.replyTo ? 'call' : 'cast';
  const declared = declarationsOf(target, request.method).filter(([, method]) => method.kind === kind);
  assert.equal(declared.length, 1, `${kind} ${request.method} of ${target} is declared once`);
  assert.equal(declared[0]![1].version, request.version);
  assert.equal(declared[0]![0].namespace, request.namespace);
  assert.equal(await dispatch(endpointsOf(target), request), request.method);
  assert.deepEqual(bodyKeys(encodeAgain(request)).toSorted(), bodyKeys(body).toSorted());
  if (reply === undefined) return;
  const answer = decode(reply);
  assert.equal(answer.kind, 'reply');
  if (answer.kind !== 'reply') return;
  assert.ok(answer.reply.ending);
  assert.deepEqual(bodyKeys(encodeReply('i', null, null)), bodyKeys(reply));
}

describe('messages of a real Neutron', () => {
  for (const message of recorded) it(message.name, () => check(message));

  it('a failure', () => {
    const text =
      '{"class": "SubnetInUse", "module": "neutron_lib.exceptions", "message": "In use.", "tb": ["Traceback\\n"], "args": ["In use."], "kwargs": {}}';
    const { excType, module, message, traceback } = decodeFailure(text);
    assert.deepEqual(
      [excType, module, message, traceback],
      ['SubnetInUse', 'neutron_lib.exceptions', 'In use.', ['Traceback\n']],
    );
  });
});

const folder = join(import.meta.dirname, '../../../shared/peer/record/rpc');
const isThere = existsSync(folder);

interface Recording {
  target: string;
  request?: { message: object };
  reply?: { message: { failure: string | null } }[];
}

const seal = (body: object) =>
  JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(body) });

describe('the whole recording', { skip: isThere ? false : `there is no ${folder}` }, () => {
  const files = isThere
    ? readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'INDEX.json')
    : [];
  for (const file of files)
    it(file, async () => {
      const recording = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording;
      const [reply] = recording.reply ?? [];
      if (recording.request)
        await check({
          name: file,
          target: recording.target,
          body: seal(recording.request.message),
          ...(reply ? { reply: seal(reply.message) } : {}),
        });
      else assert.equal(decodeFailure(reply!.message.failure!).excType, 'SubnetInUse');
    });
});
