import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dispatch } from '../../src/messaging/dispatch.ts';
import { decode, encodeReply, encodeRequest } from '../../src/messaging/envelope.ts';
import { UnreadableMessage } from '../../src/messaging/errors.ts';
import { decodeFailure, encodeFailure } from '../../src/messaging/failure.ts';
import { rabbitDefaults } from '../../src/messaging/rabbit/settings.ts';
import { adminContext } from '../../src/rpc/context.ts';
import { dhcpPriorities } from '../../src/rpc/dhcpAgent.ts';
import { fault } from '../../src/server/errors/index.ts';
import { contexts, peer, wire } from './recordings.ts';

/** Facts of oslo.messaging's wire format that no single message shows. */

const { format, priorities } = wire();
const request = (method: string, version = '1.0') => {
  const incoming = decode(encodeRequest({ version }, method, {}, {}));
  assert.equal(incoming.kind, 'request');
  return (incoming as Extract<typeof incoming, { kind: 'request' }>).request;
};

test('the context of an agent has the recorded keys, values and order', () => {
  const prefixed = Object.fromEntries(
    Object.entries(adminContext()).map(([key, value]) => [`_context_${key}`, value]),
  );
  const varying = { _context_request_id: 'r', _context_timestamp: 't' };
  assert.deepEqual({ ...prefixed, ...varying }, { ...contexts().agent, ...varying });
  assert.deepEqual(Object.keys(prefixed), Object.keys(contexts().agent!));
  assert.match(String(prefixed._context_request_id), /^req-[0-9a-f-]{36}$/);
  assert.match(String(prefixed._context_timestamp), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
});

test('a reply has the keys that a receiver looks for', () => {
  const { keys } = format.reply as { keys: string[] };
  const body = JSON.parse(JSON.parse(encodeReply('m', null, null))['oslo.message']);
  assert.deepEqual(Object.keys(body), keys);
});

test('an envelope of another major version is refused, none at all is taken', () => {
  const body = { method: 'echo', args: {}, version: '1.0', _unique_id: 'u' };
  assert.equal(decode(JSON.stringify(body)).kind, 'request');
  const newer = JSON.stringify({ 'oslo.version': '3.0', 'oslo.message': JSON.stringify(body) });
  assert.throws(() => decode(newer), UnreadableMessage);
});

test('what cannot be dispatched fails as in oslo.messaging', async () => {
  const endpoints = [{ version: '1.9', methods: { echo: async () => null } }];
  const [method, version] = (format.failure_mapping as { 'args text': string[] })['args text'];
  const failing = async (name: string, asked: string) => {
    const error = await dispatch(endpoints, request(name, asked)).catch((thrown: unknown) => thrown);
    const { class: type, module, args } = JSON.parse(encodeFailure(error));
    return [type, module, args];
  };
  const module = 'oslo_messaging.rpc.dispatcher';
  assert.deepEqual(await failing('nope', '1.0'), ['NoSuchMethod', module, [method!.replace('%s', 'nope')]]);
  assert.deepEqual(await failing('echo', '1.10'), [
    'UnsupportedVersion',
    module,
    [version!.replace('%s', '1.10').replace('%s', 'echo')],
  ]);
});

test('a failure has the recorded form', () => {
  const { failure } = peer().find((one) => one.failure)!;
  const subnet_id = 'a6cbd8c8-d2fc-4a00-9074-75271f5f38ce';
  const reason = 'This subnet is being modified by another concurrent operation';
  const text = encodeFailure(fault('SubnetInUse', { subnet_id, reason }));
  const ours = JSON.parse(text);
  assert.deepEqual({ ...ours, tb: [] }, { ...failure, tb: [] });
  assert.deepEqual(Object.keys(ours), Object.keys(failure!));
  for (const line of ours.tb) assert.match(line, /\n$/);
  const read = decodeFailure(JSON.stringify(failure));
  assert.deepEqual([read.excType, read.module], ['SubnetInUse', 'neutron_lib.exceptions']);
  assert.equal(read.message, failure!.message);
});

test('queues and exchanges have oslo.messaging’s defaults', () => {
  const { fanout_queue, topic_queue, rpc_exchange, timeouts } = format as Record<
    string,
    Record<string, unknown>
  >;
  const { 'x-expires': expires } = fanout_queue!.arguments as Record<string, number>;
  assert.equal(rabbitDefaults.transientQueuesTtl * 1000, expires);
  assert.equal(rabbitDefaults.durableQueues, topic_queue!.durable);
  assert.equal(rabbitDefaults.autoDelete, rpc_exchange!.auto_delete);
  assert.equal(rabbitDefaults.exchange, 'neutron');
  assert.equal(rabbitDefaults.responseTimeout, timeouts!.default);
  assert.equal(rabbitDefaults.prefetchCount, 0);
  assert.equal(rabbitDefaults.heartbeat, 60);
});

test('what a DHCP agent does first is what Neutron has it do first', () => {
  const { note: _, ...known } = priorities;
  assert.deepEqual(known, {
    NETWORK_CREATE: dhcpPriorities.networkCreate,
    NETWORK_UPDATE: dhcpPriorities.networkUpdate,
    NETWORK_DELETE: dhcpPriorities.networkDelete,
    'SUBNET_UPDATE/CREATE': dhcpPriorities.subnetUpdate,
    SUBNET_DELETE: dhcpPriorities.subnetDelete,
    'PORT_CREATE_HIGH/UPDATE_HIGH': dhcpPriorities.portHigh,
    'PORT_CREATE_LOW/UPDATE_LOW/PORT_DELETE': dhcpPriorities.portLow,
  });
  assert.equal(dhcpPriorities.subnetCreate, dhcpPriorities.subnetUpdate);
  assert.equal(dhcpPriorities.portDelete, dhcpPriorities.portLow);
});
