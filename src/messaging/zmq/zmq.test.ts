import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../testing/freePort.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { until } from '../../testing/until.ts';
import { MessageDeliveryFailure, MessagingTimeout } from '../errors.ts';
import type { Endpoint } from '../transport.ts';
import { ZmqHub } from './hub.ts';
import { makeKeys } from './keys.ts';
import { openZmq } from './open.ts';
import { type ZmqSettings, zmqDefaults } from './settings.ts';
import { ZmqTransport } from './transport.ts';

const log = recordingLog();

const answering: Endpoint = { version: '1.0', methods: { ask: async () => 'answer' } };
const target = { topic: 'topic', version: '1.0' };

/** A TCP connection to a port that can be cut without either end being told. */
async function startWire(to: number) {
  const sockets: Socket[] = [];
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    sockets.push(near, far);
    for (const [from, onto] of [
      [near, far],
      [far, near],
    ] as const)
      from.on('data', (data) => isCut || onto.write(data)).on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
    },
    mend() {
      isCut = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('keys', { timeout: 30_000 }, () => {
  let directory: string;
  let port: number;
  let hub: ZmqHub;
  const settings = (keys?: string): ZmqSettings => ({
    ...zmqDefaults,
    port,
    ...(keys ? { keysDirectory: join(directory, keys) } : {}),
  });
  const ask = async (keys?: string) => {
    const client = new ZmqTransport(settings(keys), 'client', log);
    try {
      return await client.call(target, 'ask', {}, {}, { timeoutSeconds: 1.5 });
    } finally {
      await client.close();
    }
  };
  let server: ZmqTransport;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'neutron-keys-'));
    port = await freePort();
    makeKeys(join(directory, 'ours'));
    makeKeys(join(directory, 'stranger'));
    makeKeys(join(directory, 'half'));
    await copyFile(join(directory, 'ours/server.key'), join(directory, 'half/server.key'));
    hub = await ZmqHub.open(settings('ours'), log);
    server = new ZmqTransport(settings('ours'), 'server', log);
    await server.listen('topic', 'controller', [answering]);
  });
  after(async () => {
    await server.close();
    await hub.close();
    await rm(directory, { recursive: true });
  });

  it('the right ones are admitted', async () => {
    assert.equal(await ask('ours'), 'answer');
  });

  it('a client whose key the server does not have is refused, and both sides say so', async () => {
    await assert.rejects(ask('half'), MessagingTimeout);
    assert.ok(log.lines().some((line) => /whose key is not admitted/.test(line)));
    assert.ok(log.lines().some((line) => /does not admit our RPC key/.test(line)));
  });

  it('a client with another server key gets nowhere', async () => {
    await assert.rejects(ask('stranger'), MessagingTimeout);
  });

  it('a client without keys gets nowhere', async () => {
    await assert.rejects(ask(), MessagingTimeout);
  });

  it('secret keys are for their owner only, and are never overwritten', async () => {
    for (const name of ['server.key_secret', 'client.key_secret'])
      assert.equal((await stat(join(directory, 'ours', name))).mode & 0o777, 0o600);
    assert.throws(() => makeKeys(join(directory, 'ours')), { code: 'EEXIST' });
  });

  it('missing or broken keys are named with the remedy', async () => {
    assert.throws(
      () => new ZmqTransport(settings('none'), 'client', log),
      /none\/client\.key_secret.*neutron-rpc-keys/,
    );
    await assert.rejects(ZmqHub.open(settings('none'), log), /none cannot be read.*neutron-rpc-keys/);
    const broken = join(directory, 'half/client.key_secret');
    await copyFile(join(directory, 'half/client.key'), broken);
    await chmod(broken, 0o600);
    assert.throws(() => new ZmqTransport(settings('half'), 'client', log), /has no secret-key/);
  });

  it('without keys nothing leaves the machine', async () => {
    const open = { ...zmqDefaults, host: '192.0.2.1', port };
    assert.throws(() => new ZmqTransport(open, 'client', log), /needs keys/);
    await assert.rejects(ZmqHub.open(open, log), /needs keys/);
  });
});

describe('a peer and the hub', { timeout: 30_000 }, () => {
  it('only one server of a machine is the hub, the others go through it', async () => {
    const settings = { ...zmqDefaults, port: await freePort() };
    const first = await openZmq(settings, { clientName: 'first', server: true }, log);
    const second = await openZmq(settings, { clientName: 'second', server: true }, log);
    await first.listen('topic', 'controller', [answering]);
    assert.equal(await second.call(target, 'ask', {}, {}), 'answer');
    await second.close();
    await first.close();
  });

  it('calls and casts of a peer that is there first wait for the server', async () => {
    const settings = { ...zmqDefaults, port: await freePort() };
    const agent = new ZmqTransport(settings, 'agent', log);
    const answer = agent.call(target, 'ask', {}, {});
    const server = await openZmq(settings, { clientName: 'server', server: true }, log);
    await sleep(50);
    await server.listen('topic', 'controller', [answering]);
    assert.equal(await answer, 'answer');
    await agent.close();
    await server.close();
  });

  it('a silent hub is noticed, a quiet one is not', async () => {
    const settings = { ...zmqDefaults, port: await freePort(), heartbeat: 0.1, heartbeatTimeout: 0.5 };
    const hub = await ZmqHub.open(settings, log);
    const wire = await startWire(settings.port);
    const peer = new ZmqTransport({ ...settings, port: wire.port }, 'peer', log);
    const events: string[] = [];
    peer.on('connected', () => events.push('connected'));
    peer.on('disconnected', () => events.push('disconnected'));
    await until('one event', () => events.length === 1);
    await sleep(800);
    assert.deepEqual(events, ['connected'], 'heartbeats keep a quiet connection');
    wire.cut();
    await until('two events', () => events.length === 2);
    const cast = peer.cast({ ...target, fanout: true }, 'note', {}, {});
    wire.mend();
    await cast;
    assert.deepEqual(events, ['connected', 'disconnected', 'connected']);
    await peer.close();
    await wire.close();
    await hub.close();
  });

  it('what cannot be taken is refused, what is not taken at the end too', async () => {
    const settings = { ...zmqDefaults, port: await freePort(), limit: 3 };
    const alone = new ZmqTransport(settings, 'alone', log);
    const casts = [1, 2, 3, 4].map((value) => alone.cast(target, 'note', { value }, {}));
    const outcomes = Promise.allSettled(casts);
    await assert.rejects(casts[3]!, MessageDeliveryFailure);
    await alone.close();
    assert.deepEqual(
      (await outcomes).map(({ status }) => status),
      ['rejected', 'rejected', 'rejected', 'rejected'],
    );
  });
});
