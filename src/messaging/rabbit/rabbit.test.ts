import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from 'rabbitmq-client';
import { recordingLog } from '../../testing/recordingLog.ts';
import { until } from '../../testing/until.ts';
import { encodeRequest } from '../envelope.ts';
import { MessageDeliveryFailure } from '../errors.ts';
import type { Endpoint, Json } from '../transport.ts';
import { type RabbitSettings, type RabbitTls, rabbitDefaults } from './settings.ts';
import { makeCertificate, type RabbitServer, rabbitIsInstalled, startRabbit } from './testing.ts';
import { RabbitTransport } from './transport.ts';

/** What only RabbitMQ has: the broker's objects as oslo.messaging makes them, and oslo.messaging itself. */

const log = recordingLog();

const python = '/usr/bin/python3';
const hasOslo = spawnSync(python, ['-c', 'import oslo_messaging']).status === 0;

type Facts = { [key: string]: Json };

const children: ChildProcess[] = [];

/** Runs the Python peer; its lines are collected. */
function pythonPeer(
  mode: 'client' | 'server',
  url: string,
): { facts: Facts[]; child: ChildProcess; errors: string[] } {
  const script = join(import.meta.dirname, 'fixtures/oslo_peer.py');
  const child = spawn(python, [script, mode, url], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const facts: Facts[] = [];
  const errors: string[] = [];
  createInterface(child.stdout).on('line', (line) => facts.push(JSON.parse(line)));
  createInterface(child.stderr).on('line', (line) => errors.push(line));
  return { facts, child, errors };
}

describe('RabbitMQ', {
  timeout: 120_000,
  skip: rabbitIsInstalled ? false : 'rabbitmq-server is not installed',
}, () => {
  let server: RabbitServer;
  let settings: RabbitSettings;
  const notes: Json[] = [];
  const endpoint: Endpoint = {
    version: '1.3',
    methods: {
      echo: async (context, args) => ({ kwargs: args, request_id: context.request_id ?? null }),
      note: async (_context, { value }) => {
        notes.push(value ?? null);
        return null;
      },
      async fail() {
        throw Object.assign(new Error('Port p could not be found.'), { name: 'PortNotFound', status: 404 });
      },
      silent: () => sleep(1500, null),
    },
  };

  before(async () => {
    server = await startRabbit();
    settings = { ...rabbitDefaults, hosts: [{ host: '127.0.0.1', port: server.port }], retryIntervalMax: 1 };
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(opened.map((transport) => transport.close()));
    await server?.stop();
  });

  const opened: RabbitTransport[] = [];
  const open = (changes: Partial<RabbitSettings> = {}): RabbitTransport => {
    const transport = new RabbitTransport({ ...settings, ...changes }, log);
    opened.push(transport);
    return transport;
  };

  it('exchanges, queues and bindings are those of oslo.messaging, and its own go on close', async () => {
    const transport = open();
    const listener = await transport.listen('l3_agent', 'network1', [endpoint]);
    await transport.call({ topic: 'l3_agent', version: '1.0' }, 'echo', {}, {});
    const shape = (text: string) =>
      text
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.replaceAll(/[0-9a-f]{32}/g, 'ID').replaceAll('\t', ' '))
        .filter((line) => !line.startsWith('amq.') && !line.startsWith(' '))
        .toSorted();
    assert.deepEqual(shape(await server.ctl('list_exchanges', 'name', 'type', 'durable', 'auto_delete')), [
      'l3_agent_fanout fanout false true',
      'neutron topic false false',
    ]);
    assert.deepEqual(
      shape(await server.ctl('list_queues', 'name', 'durable', 'auto_delete', 'exclusive', 'arguments')),
      [
        'l3_agent false false false []',
        'l3_agent.network1 false false false []',
        'l3_agent_fanout_ID false false false [{"x-expires",1800000}]',
        'reply_ID false false false [{"x-expires",1800000}]',
      ],
    );
    assert.deepEqual(
      shape(await server.ctl('list_bindings', 'source_name', 'destination_name', 'routing_key')),
      [
        'l3_agent_fanout l3_agent_fanout_ID l3_agent',
        'neutron l3_agent l3_agent',
        'neutron l3_agent.network1 l3_agent.network1',
      ],
    );
    await listener.close();
    await transport.close();
    assert.deepEqual(shape(await server.ctl('list_queues', 'name')), ['l3_agent', 'l3_agent.network1']);
  });

  it('properties on the wire are those of oslo.messaging, and a call expires', async () => {
    const watcher = new Connection(`amqp://guest:guest@127.0.0.1:${server.port}`);
    const channel = await watcher.acquire();
    await channel.exchangeDeclare({ exchange: 'neutron', type: 'topic' });
    await channel.queueDeclare({ queue: 'watched', exclusive: true });
    await channel.queueBind({ queue: 'watched', exchange: 'neutron', routingKey: 'watched' });
    const transport = open();
    await transport.cast({ topic: 'watched', version: '1.0' }, 'note', {}, {});
    const call = transport.call({ topic: 'watched', version: '1.0' }, 'note', {}, {}, { timeoutSeconds: 2 });
    const messages = [];
    while (messages.length < 2) {
      const message = await channel.basicGet('watched');
      if (message) messages.push(message);
      else await sleep(20);
    }
    await assert.rejects(call, { name: 'MessagingTimeout' });
    assert.deepEqual(
      messages.map(({ contentType, contentEncoding, durable, priority, expiration }) => ({
        contentType,
        contentEncoding,
        durable,
        priority,
        expiration,
      })),
      [undefined, '2000'].map((expiration) => ({
        contentType: 'application/json',
        contentEncoding: 'utf-8',
        durable: true,
        priority: 0,
        expiration,
      })),
    );
    await channel.close();
    await watcher.close();
    await transport.close();
  });

  it('a message that the broker delivers twice runs once, a broken one harms nothing', async () => {
    const transport = open();
    const listener = await transport.listen('twice', 'controller', [endpoint]);
    const sender = new Connection(`amqp://guest:guest@127.0.0.1:${server.port}`);
    const publisher = sender.createPublisher({ confirm: true });
    const body = Buffer.from(encodeRequest({ version: '1.0' }, 'note', { value: 'twice' }, {}));
    notes.length = 0;
    for (const content of [body, body, Buffer.from('no JSON')])
      await publisher.send({ exchange: 'neutron', routingKey: 'twice' }, content);
    // As oslo without an encoding, which the library parses by itself.
    await publisher.send(
      { exchange: 'neutron', routingKey: 'twice' },
      { method: 'note', args: { value: 'raw' } },
    );
    await until('the raw note', () => notes.includes('raw'));
    assert.deepEqual(notes, ['twice', 'raw']);
    assert.ok(log.lines().some((line) => /Dropped a message of twice: The message is not JSON/.test(line)));
    await publisher.close();
    await sender.close();
    await listener.close();
    await transport.close();
  });

  it('a queue that is deleted is declared again, and whoever listened is told, as after a lost connection', async () => {
    const transport = open();
    const events: string[] = [];
    transport.on('connected', () => events.push('connected'));
    transport.on('disconnected', () => events.push('disconnected'));
    const listener = await transport.listen('deleted', 'controller', [endpoint]);
    await until('the first connection', () => events.includes('connected'));
    notes.length = 0;
    await server.ctl('delete_queue', 'deleted.controller');
    await until('the queue again', () => events.length === 3);
    assert.deepEqual(events, ['connected', 'disconnected', 'connected']);
    await transport.cast(
      { topic: 'deleted', version: '1.0', server: 'controller' },
      'note',
      { value: 'again' },
      {},
    );
    await until('the note sent again', () => notes.includes('again'));
    await listener.close();
    await transport.close();
  });

  it('a queue that exists with other properties is reported; the rest works, and it too once it is gone', async () => {
    const maker = new Connection(`amqp://guest:guest@127.0.0.1:${server.port}`);
    await maker.queueDeclare({ queue: 'durable', durable: true });
    await maker.close();
    const transport = open({ retryInterval: 0.2 });
    let isListening = false;
    const listening = transport.listen('durable', 'controller', [endpoint]).then(() => {
      isListening = true;
    });
    await transport.listen('other', 'controller', [endpoint]);
    await transport.call({ topic: 'other', version: '1.0' }, 'echo', {}, {});
    assert.equal(isListening, false);
    assert.ok(
      log.lines().some((line) => /Could not declare on the broker: .*inequivalent arg 'durable'/.test(line)),
    );
    await server.ctl('delete_queue', 'durable');
    await listening;
    await transport.close();
  });

  it('a cast that was given up while the broker was away is not sent afterwards', async () => {
    const transport = open();
    const listener = await transport.listen('givenup', 'controller', [endpoint]);
    const to = { topic: 'givenup', version: '1.3' };
    notes.length = 0;
    await server.kill();
    const patience = new AbortController();
    const first = transport.cast(to, 'note', { value: 'given up' }, {}, patience.signal);
    const second = transport.cast(to, 'note', { value: 'kept' }, {});
    patience.abort();
    await Promise.all([assert.rejects(first, MessageDeliveryFailure), server.start().then(() => second)]);
    await until('the other', () => notes.length > 0);
    assert.deepEqual(notes, ['kept']);
    await listener.close();
    await transport.close();
  });

  it('a call whose request or reply went with the broker is asked again when it is back', async () => {
    const transport = open();
    const asked: Json[] = [];
    const listener = await transport.listen('lost', 'controller', [
      {
        version: '1.0',
        methods: {
          ask: async (_context, { value }) => {
            asked.push(value ?? null);
            return asked.length === 1 ? new Promise<Json>(() => {}) : 'answer';
          },
        },
      },
    ]);
    const asking = transport.call({ topic: 'lost', version: '1.0' }, 'ask', { value: 'question' }, {});
    await until('the question', () => asked.length === 1);
    await server.kill();
    await server.start();
    assert.equal(await asking, 'answer');
    assert.deepEqual(asked, ['question', 'question']);
    await listener.close();
    await transport.close();
  });

  it('one that is closed at any moment of its connecting is closed in good order, not given up', async () => {
    for (let milliseconds = 0; milliseconds < 40; milliseconds += 1) {
      const transport = open();
      if (milliseconds % 2 === 0) void transport.listen('early', 'controller', [endpoint]);
      await sleep(milliseconds);
      const began = performance.now();
      await transport.close();
      assert.ok(performance.now() - began < 4000, `closed after ${milliseconds} ms`);
    }
  });

  it('closing ends also while the broker is silent, and what it has not confirmed is rejected', async () => {
    const transport = open();
    const listener = await transport.listen('silent', 'controller', [endpoint]);
    await server.pause();
    try {
      const cast = transport.cast({ topic: 'silent', version: '1.3' }, 'note', { value: 'unheard' }, {});
      const rejected = assert.rejects(cast, MessageDeliveryFailure);
      await transport.close();
      await rejected;
    } finally {
      server.resume();
    }
    await listener.close();
  });

  it('the next host of transport_url is tried when one is down', async () => {
    const [live] = settings.hosts;
    const transport = open({ hosts: [{ host: '127.0.0.1', port: 1 }, live!], retryInterval: 0.1 });
    await transport.listen('second', 'controller', [endpoint]);
    assert.deepEqual(await transport.call({ topic: 'second', version: '1.0' }, 'echo', {}, {}), {
      kwargs: {},
      request_id: null,
    });
    await transport.close();
  });

  it('TLS: the authority and, when asked for, the host name are verified', async () => {
    const ask = async (host: string, tls: RabbitTls) => {
      const transport = open({ hosts: [{ host, port: server.tlsPort }], tls });
      try {
        return await transport.call(
          { topic: 'tls', version: '1.0' },
          'echo',
          {},
          {},
          { timeoutSeconds: 1.5 },
        );
      } finally {
        await transport.close();
      }
    };
    const listener = await open().listen('tls', 'controller', [endpoint]);
    const answer = { kwargs: {}, request_id: null };
    const { caFile } = server;
    assert.deepEqual(await ask('localhost', { caFile, verifyHostname: true }), answer);
    assert.deepEqual(await ask('127.0.0.1', { caFile, verifyHostname: false }), answer);
    assert.deepEqual(await ask('127.0.0.1', { verifyHostname: false }), answer);
    await assert.rejects(ask('127.0.0.1', { caFile, verifyHostname: true }), { name: 'MessagingTimeout' });
    assert.ok(log.lines().some((line) => /unreachable: .*does not match certificate/.test(line)));
    const { certificate: stranger } = await makeCertificate(join(dirname(caFile), 'stranger'));
    await assert.rejects(ask('localhost', { caFile: stranger, verifyHostname: true }), {
      name: 'MessagingTimeout',
    });
    await listener.close();
  });

  it('a wrong password is reported, and no call hangs', async () => {
    const transport = open({ password: 'wrong' });
    const call = transport.call({ topic: 'x', version: '1.0' }, 'echo', {}, {}, { timeoutSeconds: 1 });
    await assert.rejects(call, { name: 'MessagingTimeout' });
    assert.ok(log.lines().some((line) => /unreachable: .*ACCESS_REFUSED/.test(line)));
    await transport.close();
  });

  describe('oslo.messaging itself', {
    skip: hasOslo ? false : 'python3-oslo.messaging is not installed',
  }, () => {
    it('its client calls our server', async () => {
      const transport = open();
      const listener = await transport.listen('q-plugin', 'controller', [endpoint]);
      notes.length = 0;
      const { facts, child, errors } = pythonPeer('client', server.url);
      await once(child, 'exit');
      const kwargs = { text: 'ä€', number: 1.5, nothing: null, list: [1, { a: true }] };
      assert.deepEqual(
        facts.map(({ text, ...rest }) => ({ ...rest, ...(rest.error ? {} : { text }) })),
        [
          { method: 'echo', result: { kwargs, request_id: 'req-py' }, text: undefined },
          { method: 'fail', remote: 'PortNotFound', text: 'Port p could not be found.' },
          { method: 'absent', remote: 'NoSuchMethod', text: 'Endpoint does not support RPC method absent' },
          {
            method: 'echo',
            remote: 'UnsupportedVersion',
            text: 'Endpoint does not support RPC version 1.4. Attempted method: echo',
          },
          { method: 'silent', error: 'MessagingTimeout' },
          { done: true, text: undefined },
        ],
        errors.join('\n'),
      );
      await until('two notes', () => notes.length === 2);
      assert.deepEqual(notes.toSorted(), ['fanout', 'server']);
      await listener.close();
      await transport.close();
    });

    it('our client calls its server', async () => {
      const { facts, child, errors } = pythonPeer('server', server.url);
      await until('the Python server', () => facts.length > 0 || child.exitCode !== null);
      assert.deepEqual(facts[0], { ready: true }, errors.join('\n'));
      const transport = open();
      const target = { topic: 'dhcp_agent', version: '1.0' };
      const args = { text: 'ä€', list: [1, { a: true }] };
      assert.deepEqual(await transport.call(target, 'echo', args, { request_id: 'req-ts' }), {
        kwargs: args,
        request_id: 'req-ts',
      });
      await assert.rejects(transport.call({ ...target, server: 'network1' }, 'fail', {}, {}), {
        excType: 'ValueError',
        module: 'builtins',
        message: 'this is wrong',
      });
      await assert.rejects(transport.call(target, 'absent', {}, {}), { excType: 'NoSuchMethod' });
      await assert.rejects(transport.call({ ...target, version: '2.0' }, 'echo', {}, {}), {
        excType: 'UnsupportedVersion',
      });
      await transport.cast({ ...target, fanout: true }, 'note', { value: 'fanout' }, {});
      await transport.cast({ ...target, server: 'network1' }, 'note', { value: 'server' }, {});
      await until('three facts', () => facts.length === 3);
      assert.deepEqual(new Set(facts.slice(1).map(({ noted }) => noted)), new Set(['fanout', 'server']));
      child.kill('SIGKILL');
      await once(child, 'exit');
      await transport.close();
    });
  });
});
