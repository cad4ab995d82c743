import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../log/silent.ts';
import { freePort } from '../testing/freePort.ts';
import { until } from '../testing/until.ts';
import { MessagingTimeout, NoReceiver, RemoteError } from './errors.ts';
import { Bus, inProcess } from './inProcess.ts';
import { rabbitDefaults } from './rabbit/settings.ts';
import { rabbitIsInstalled, startRabbit } from './rabbit/testing.ts';
import { RabbitTransport } from './rabbit/transport.ts';
import type { Endpoint, Json, Transport } from './transport.ts';
import { ZmqHub } from './zmq/hub.ts';
import { makeKeys } from './zmq/keys.ts';
import { zmqDefaults } from './zmq/settings.ts';
import { ZmqTransport } from './zmq/transport.ts';

/** What every transport does, over each of them; what only those with a broker or hub can do is in `outage`. */

interface Setting {
  /** A transport of its own, as another process would have. */
  peer(): Transport;
  /** Ends the broker and starts another. */
  outage?: { begin(): Promise<void>; end(): Promise<void> };
  end(): Promise<void>;
}

async function zmqSetting(withKeys: boolean): Promise<Setting> {
  const directory = await mkdtemp(join(tmpdir(), 'neutron-zmq-'));
  if (withKeys) makeKeys(directory);
  const settings = {
    ...zmqDefaults,
    port: await freePort(),
    ...(withKeys ? { keysDirectory: directory } : {}),
  };
  let hub = await ZmqHub.open(settings, silentLog);
  return {
    peer: () => new ZmqTransport(settings, 'test', silentLog),
    outage: {
      begin: () => hub.close(),
      end: async () => {
        hub = await ZmqHub.open(settings, silentLog);
      },
    },
    end: async () => {
      await hub.close();
      await rm(directory, { recursive: true });
    },
  };
}

async function rabbitSetting(): Promise<Setting> {
  const server = await startRabbit();
  const settings = {
    ...rabbitDefaults,
    hosts: [{ host: '127.0.0.1', port: server.port }],
    retryIntervalMax: 1,
  };
  return {
    peer: () => new RabbitTransport(settings, silentLog),
    outage: { begin: server.kill, end: server.start },
    end: server.stop,
  };
}

async function inProcessSetting(): Promise<Setting> {
  const bus = new Bus();
  return { peer: () => inProcess(bus), end: async () => {} };
}

const settings: { name: string; skip?: string; make: () => Promise<Setting> }[] = [
  { name: 'in-process', make: inProcessSetting },
  { name: 'zmq', make: () => zmqSetting(false) },
  { name: 'zmq with CURVE keys', make: () => zmqSetting(true) },
  {
    name: 'rabbit',
    make: rabbitSetting,
    ...(rabbitIsInstalled ? {} : { skip: 'rabbitmq-server is not installed' }),
  },
];

/** An endpoint that keeps what it gets under `note`, and answers `echo` with its arguments and the context. */
function recorder(version = '1.5'): { notes: Json[]; endpoint: Endpoint } {
  const notes: Json[] = [];
  const endpoint: Endpoint = {
    version,
    methods: {
      note: async (_context, { value }) => {
        notes.push(value ?? null);
        return null;
      },
      echo: async (context, args) => ({ args, request_id: context.request_id ?? null }),
      who: async () => version,
    },
  };
  return { notes, endpoint };
}

const context = { request_id: 'req-1', is_admin: true, roles: ['admin'] };
const target = { topic: 'q-plugin', version: '1.0' };

for (const { name, skip, make } of settings)
  describe(`transport ${name}`, { timeout: 120_000, ...(skip ? { skip } : {}) }, () => {
    let setting: Setting;
    const opened: Transport[] = [];
    const peer = (): Transport => {
      const transport = setting.peer();
      opened.push(transport);
      return transport;
    };

    before(async () => {
      setting = await make();
    });
    after(async () => {
      await Promise.all(opened.map((transport) => transport.close()));
      await setting?.end();
    });

    it('a call returns what the method returns, with arguments and context passed on', async () => {
      const [server, client] = [peer(), peer()];
      const { endpoint } = recorder();
      const listener = await server.listen('q-plugin', 'controller', [endpoint]);
      const args = {
        text: 'ä€😀"\\',
        number: 1.5,
        nothing: null,
        list: [1, [true]],
        dict: { 'binding:host_id': 'c' },
      };
      const reply = await client.call(target, 'echo', args, context);
      assert.deepEqual(reply, { args, request_id: 'req-1' });
      await listener.close();
    });

    it('many calls at once each get their own reply', async () => {
      const [server, client] = [peer(), peer()];
      const listener = await server.listen('many', 'controller', [recorder().endpoint]);
      const numbers = Array.from({ length: 200 }, (_, index) => index);
      const replies = await Promise.all(
        numbers.map((n) => client.call({ topic: 'many', version: '1.0' }, 'echo', { n }, {})),
      );
      assert.deepEqual(
        replies,
        numbers.map((n) => ({ args: { n }, request_id: null })),
      );
      await listener.close();
    });

    it('a message of several megabytes passes', async () => {
      const [server, client] = [peer(), peer()];
      const listener = await server.listen('big', 'controller', [recorder().endpoint]);
      const text = 'x'.repeat(3_000_000);
      const reply = await client.call({ topic: 'big', version: '1.0' }, 'echo', { text }, {});
      assert.deepEqual(reply, { args: { text }, request_id: null });
      await listener.close();
    });

    it('casts arrive once and in order', async () => {
      const [server, client] = [peer(), peer()];
      const { notes, endpoint } = recorder();
      const listener = await server.listen('ordered', 'controller', [endpoint]);
      const numbers = Array.from({ length: 100 }, (_, index) => index);
      await Promise.all(
        numbers.map((value) => client.cast({ topic: 'ordered', version: '1.0' }, 'note', { value }, {})),
      );
      await until('every note', () => notes.length >= numbers.length);
      assert.deepEqual(notes, numbers);
      await listener.close();
    });

    it('a topic message reaches one listener, topic.server the named one, a fanout all', async () => {
      const [first, second, client] = [peer(), peer(), peer()];
      const one = recorder();
      const two = recorder();
      const listeners = [
        await first.listen('dhcp_agent', 'host1', [one.endpoint]),
        await second.listen('dhcp_agent', 'host2', [two.endpoint]),
      ];
      const to = { topic: 'dhcp_agent', version: '1.0' };
      await client.cast({ ...to, server: 'host2' }, 'note', { value: 'named' }, {});
      await client.cast({ ...to, fanout: true }, 'note', { value: 'all' }, {});
      for (let turn = 0; turn < 4; turn += 1) await client.cast(to, 'note', { value: 'any' }, {});
      await until('seven notes', () => one.notes.length + two.notes.length >= 7);
      const all = [...one.notes, ...two.notes];
      assert.deepEqual(all.filter((note) => note === 'any').length, 4);
      assert.ok(one.notes.includes('any') && two.notes.includes('any'), 'listeners take turns');
      assert.ok(one.notes.includes('all') && two.notes.includes('all'), 'a fanout reaches all');
      assert.ok(!one.notes.includes('named') && two.notes.includes('named'), 'only host2 is meant');
      for (const listener of listeners) await listener.close();
    });

    it('a fanout that nobody listens to resolves', async () => {
      const sent = peer().cast({ topic: 'nobody', version: '1.0', fanout: true }, 'note', {}, {});
      assert.equal(await sent, undefined);
    });

    it('an error of the method comes back with class, module and message', async () => {
      const [server, client] = [peer(), peer()];
      const failing: Endpoint = {
        version: '1.0',
        methods: {
          async fail() {
            const error = new Error('Port p1 could not be found.');
            error.name = 'PortNotFound';
            throw error;
          },
          async crash() {
            throw new TypeError('x is undefined');
          },
        },
      };
      const listener = await server.listen('failing', 'controller', [failing]);
      const to = { topic: 'failing', version: '1.0' };
      await assert.rejects(client.call(to, 'fail', {}, {}), (error) => {
        assert.ok(error instanceof RemoteError);
        assert.deepEqual(
          [error.excType, error.module, error.message],
          ['PortNotFound', 'neutron_lib.exceptions', 'Port p1 could not be found.'],
        );
        return true;
      });
      await assert.rejects(client.call(to, 'crash', {}, {}), { excType: 'RuntimeError', module: 'builtins' });
      await assert.rejects(client.call(to, 'nothing', {}, {}), {
        excType: 'NoSuchMethod',
        message: 'Endpoint does not support RPC method nothing',
      });
      await assert.rejects(client.call({ ...to, version: '1.1' }, 'fail', {}, {}), {
        excType: 'UnsupportedVersion',
        message: 'Endpoint does not support RPC version 1.1. Attempted method: fail',
      });
      await assert.rejects(client.call({ ...to, namespace: 'trunk' }, 'fail', {}, {}), {
        excType: 'UnsupportedVersion',
      });
      await listener.close();
    });

    it('a call without an answer ends with MessagingTimeout, and its late reply is dropped', async () => {
      const [server, client] = [peer(), peer()];
      let release: (value: Json) => void = () => {};
      const slow: Endpoint = {
        version: '1.0',
        methods: { wait: () => new Promise((resolve) => (release = resolve)), quick: async () => 'quick' },
      };
      const listener = await server.listen('slow', 'controller', [slow]);
      const to = { topic: 'slow', version: '1.0' };
      await assert.rejects(client.call(to, 'wait', {}, {}, { timeoutSeconds: 0.5 }), MessagingTimeout);
      release('late');
      assert.equal(await client.call(to, 'quick', {}, {}), 'quick');
      await listener.close();
    });

    it('a call that nobody listens to ends with MessagingTimeout', async () => {
      const client = peer();
      await assert.rejects(
        client.call({ topic: 'nobody-calls', version: '1.0' }, 'x', {}, {}, { timeoutSeconds: 0.5 }),
        MessagingTimeout,
      );
    });

    it('a call to who is present is refused at once when nobody listens, and answered otherwise', async () => {
      const [server, client] = [peer(), peer()];
      const to = { topic: 'present', server: 'agent', version: '1.0' };
      const ask = () => client.call(to, 'who', {}, {}, { present: true, timeoutSeconds: 20 });
      const asked = performance.now();
      await assert.rejects(ask, NoReceiver);
      assert.ok(performance.now() - asked < 5000);
      const listener = await server.listen('present', 'agent', [recorder().endpoint]);
      assert.equal(await ask(), '1.5');
      await listener.close();
    });

    it('the first endpoint with namespace, version and method serves a request', async () => {
      const [server, client] = [peer(), peer()];
      const listener = await server.listen('shared', 'controller', [
        { version: '1.0', methods: { other: async () => 'other' } },
        { version: '1.3', methods: { who: async () => '1.3' } },
        { version: '2.0', methods: { who: async () => '2.0' } },
        { version: '1.0', namespace: 'trunk', methods: { who: async () => 'trunk' } },
      ]);
      const ask = (version: string, namespace?: string) =>
        client.call({ topic: 'shared', version, ...(namespace ? { namespace } : {}) }, 'who', {}, {});
      assert.deepEqual(
        [await ask('1.0'), await ask('1.3'), await ask('2.0'), await ask('1.0', 'trunk')],
        ['1.3', '1.3', '2.0', 'trunk'],
      );
      await listener.close();
    });

    it('a closed listener gets nothing more', async () => {
      const [server, client] = [peer(), peer()];
      const gone = recorder();
      const stays = recorder();
      const other = peer();
      const closing = await server.listen('closing', 'host1', [gone.endpoint]);
      const staying = await other.listen('closing', 'host2', [stays.endpoint]);
      await closing.close();
      for (let turn = 0; turn < 3; turn += 1)
        await client.cast({ topic: 'closing', version: '1.0', fanout: true }, 'note', { value: turn }, {});
      await until('three notes', () => stays.notes.length === 3);
      assert.deepEqual(gone.notes, []);
      await staying.close();
    });

    it('what is sent while the broker is away arrives exactly once when it is back', {
      skip: name === 'in-process' ? 'has no broker' : false,
    }, async () => {
      const [server, client] = [peer(), peer()];
      const { notes, endpoint } = recorder();
      const events: string[] = [];
      const listener = await server.listen('outage', 'controller', [endpoint]);
      const to = { topic: 'outage', version: '1.0' };
      await client.call(to, 'echo', {}, {});
      server.on('disconnected', () => events.push('disconnected'));
      server.on('connected', () => events.push('connected'));
      await setting.outage!.begin();
      await until('disconnected', () => events.includes('disconnected'), 60);
      const numbers = Array.from({ length: 20 }, (_, index) => index);
      const casts = numbers.map((value) => client.cast(to, 'note', { value }, {}));
      const call = client.call(to, 'echo', { n: 1 }, {});
      await setting.outage!.end();
      await Promise.all(casts);
      assert.deepEqual(await call, { args: { n: 1 }, request_id: null });
      await until(
        'every note after the outage',
        () => notes.length >= numbers.length && events.includes('connected'),
        60,
      );
      assert.deepEqual(new Set(notes), new Set(numbers));
      assert.equal(notes.length, numbers.length);
      assert.deepEqual(events, ['disconnected', 'connected']);
      await client.cast({ ...to, fanout: true }, 'note', { value: 'fanout' }, {});
      await until('the fanout', () => notes.includes('fanout'));
      await listener.close();
    });
  });
