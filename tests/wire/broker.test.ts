import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, Connection, type SyncMessage } from 'rabbitmq-client';
import { encodeRequest } from '../../src/messaging/envelope.ts';
import { rabbitDefaults } from '../../src/messaging/rabbit/settings.ts';
import { type RabbitServer, rabbitIsInstalled, startRabbit } from '../../src/messaging/rabbit/testing.ts';
import { RabbitTransport } from '../../src/messaging/rabbit/transport.ts';
import type { Json, RpcContext, Target } from '../../src/messaging/transport.ts';
import { recordingLog } from '../../src/testing/recordingLog.ts';
import { contexts, peer, type Recorded, reference, wire } from './recordings.ts';

/** On a real broker: where and how our transport publishes each recorded message, and how it answers the calls. */

const said = [...peer(), ...reference()].filter(({ args }) => args !== undefined);
const contextOf = (): RpcContext =>
  Object.fromEntries(
    Object.entries(contexts().agent!).map(([key, value]) => [key.replace('_context_', ''), value as Json]),
  );

const targetOf = ({ topic, exchange, routingKey, version }: Recorded): Target => ({
  topic,
  version,
  ...(exchange.endsWith('_fanout') ? { fanout: true } : {}),
  ...(routingKey.startsWith(`${topic}.`) ? { server: routingKey.slice(topic.length + 1) } : {}),
});

const propertiesOf = (message: SyncMessage) => ({
  ...(message.expiration === undefined ? {} : { expiration: message.expiration }),
  priority: message.priority,
  delivery_mode: message.durable ? 2 : 1,
  headers: message.headers,
  content_encoding: message.contentEncoding,
  content_type: message.contentType,
});

const bodyOf = (message: SyncMessage): Record<string, unknown> => {
  const text = Buffer.isBuffer(message.body) ? message.body.toString() : JSON.stringify(message.body);
  const envelope = JSON.parse(text) as Record<string, string>;
  assert.deepEqual(Object.keys(envelope), ['oslo.version', 'oslo.message']);
  assert.equal(envelope['oslo.version'], '2.0');
  return JSON.parse(envelope['oslo.message']!) as Record<string, unknown>;
};

describe('on the broker', { skip: rabbitIsInstalled ? false : 'rabbitmq-server is not installed' }, () => {
  let server: RabbitServer;
  let watcher: Connection;
  let channel: Channel;
  let transport: RabbitTransport;
  before(async () => {
    server = await startRabbit();
    watcher = new Connection(`amqp://guest:guest@127.0.0.1:${server.port}`);
    channel = await watcher.acquire();
    await channel.exchangeDeclare({ exchange: 'neutron', type: 'topic' });
    await channel.queueDeclare({ queue: 'watched', exclusive: true });
    await channel.queueBind({ queue: 'watched', exchange: 'neutron', routingKey: '#' });
    await channel.queueDeclare({ queue: 'reply_watched', exclusive: true });
    const hosts = [{ host: '127.0.0.1', port: server.port }];
    transport = new RabbitTransport({ ...rabbitDefaults, hosts }, recordingLog());
  });
  after(async () => {
    await transport.close();
    await channel.close();
    await watcher.close();
    await server.stop();
  });

  const next = async (queue: string): Promise<SyncMessage> => {
    for (;;) {
      const message = await channel.basicGet({ queue, noAck: true });
      if (message) return message;
      await sleep(10);
    }
  };

  async function publish(recorded: Recorded): Promise<SyncMessage> {
    if (recorded.exchange.endsWith('_fanout')) {
      const facts = wire().exchanges.find(({ name }) => name === recorded.exchange);
      const {
        type,
        durable,
        auto_delete: autoDelete,
      } = facts ?? { type: 'fanout', durable: false, auto_delete: true };
      // As Python declares it: were ours to differ, the broker would refuse ours.
      await channel.exchangeDeclare({ exchange: recorded.exchange, type, durable, autoDelete });
      await channel.queueBind({ queue: 'watched', exchange: recorded.exchange, routingKey: '' });
    }
    const target = targetOf(recorded);
    const args = recorded.args as { [key: string]: Json };
    const timeoutSeconds = Number(recorded.properties?.expiration ?? 60_000) / 1000;
    if (recorded.kind === 'cast') await transport.cast(target, recorded.method, args, contextOf());
    else
      transport.call(target, recorded.method, args, contextOf(), { timeoutSeconds }).catch(() => {
        // Nobody answers; it ends with the transport.
      });
    return next('watched');
  }

  for (const recorded of said)
    it(`publishes ${recorded.name}`, { timeout: 20_000 }, async () => {
      const message = await publish(recorded);
      assert.deepEqual([message.exchange, message.routingKey], [recorded.exchange, recorded.routingKey]);
      const expiration = recorded.kind === 'call' ? { expiration: '60000' } : {};
      const usual = peer().find(({ kind, properties }) => kind === 'cast' && properties)!.properties;
      assert.deepEqual(propertiesOf(message), recorded.properties ?? { ...usual, ...expiration });
      const body = bodyOf(message);
      assert.deepEqual(body.args, recorded.args);
      assert.deepEqual([body.method, body.version], [recorded.method, recorded.version]);
      const keys = Object.keys(body).filter((key) => !key.startsWith('_context_'));
      const like = said.find(({ kind, keys: known }) => kind === recorded.kind && known)!;
      assert.deepEqual(keys, recorded.keys ?? like.keys);
      const context = Object.keys(body).filter((key) => key.startsWith('_context_'));
      assert.deepEqual(context, Object.keys(contexts().agent!));
      for (const id of ['_unique_id', ...(recorded.kind === 'call' ? ['_msg_id'] : [])])
        assert.match(body[id] as string, /^[0-9a-f]{32}$/);
      if (recorded.kind === 'call') assert.match(body._reply_q as string, /^reply_[0-9a-f]{32}$/);
    });

  it('answers calls', { timeout: 20_000 }, async () => {
    const answered = peer().filter(({ kind, args }) => kind === 'call' && args);
    const results = new Map(answered.map(({ method, result }) => [method, result as Json]));
    const methods = Object.fromEntries([...results].map(([method, result]) => [method, async () => result]));
    const listener = await transport.listen('answers', 'controller', [{ version: '1.99', methods }]);
    for (const recorded of answered) {
      const replyTo = { queue: 'reply_watched', messageId: 'a'.repeat(32) };
      const args = recorded.args as { [key: string]: Json };
      const request = encodeRequest(
        { version: recorded.version },
        recorded.method,
        args,
        contextOf(),
        replyTo,
      );
      await channel.basicPublish({ exchange: 'neutron', routingKey: 'answers' }, Buffer.from(request));
      const reply = await next('reply_watched');
      assert.equal(reply.exchange, '');
      assert.deepEqual(propertiesOf(reply), recorded.replyProperties);
      const body = bodyOf(reply);
      assert.deepEqual(Object.keys(body), recorded.replyKeys);
      const { result, failure, ending, _msg_id } = body;
      assert.deepEqual(
        { result, failure, ending, _msg_id },
        { result: results.get(recorded.method), failure: null, ending: true, _msg_id: replyTo.messageId },
      );
    }
    await listener.close();
  });
});
