import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silentLog } from '../../../log/silent.ts';
import { rabbitDefaults } from '../../../messaging/rabbit/settings.ts';
import { type RabbitServer, rabbitIsInstalled, startRabbit } from '../../../messaging/rabbit/testing.ts';
import { RabbitTransport } from '../../../messaging/rabbit/transport.ts';
import { ZmqHub } from '../../../messaging/zmq/hub.ts';
import { makeKeys } from '../../../messaging/zmq/keys.ts';
import { zmqDefaults } from '../../../messaging/zmq/settings.ts';
import { freePort } from '../../../testing/freePort.ts';
import { codesOf, consult, serverFiles } from './testing.ts';

const look = (url: string, more = '') =>
  consult('message broker', serverFiles(`[DEFAULT]\ntransport_url = ${url}\n${more}`));

const skip = rabbitIsInstalled ? false : 'RabbitMQ is not installed';
let rabbit: RabbitServer;
before(async () => {
  if (rabbitIsInstalled) rabbit = await startRabbit();
});
after(async () => {
  if (rabbitIsInstalled) await rabbit.stop();
});

test('RabbitMQ: nobody reads the queues of a server that is not there', { skip }, async () => {
  const alone = await look(rabbit.url);
  assert.deepEqual(codesOf(alone), ['queue_without_consumers']);
  assert.match(JSON.stringify(alone), /no queue q-plugin/);
  const transport = new RabbitTransport(
    { ...rabbitDefaults, hosts: [{ host: '127.0.0.1', port: rabbit.port }] },
    silentLog,
  );
  try {
    for (const topic of ['q-plugin', 'q-reports-plugin']) await transport.listen(topic, 'controller', []);
    assert.deepEqual(codesOf(await look(rabbit.url)), []);
  } finally {
    await transport.close();
  }
});

test('RabbitMQ: a wrong password, a virtual host that is not there, a port at which nothing listens', {
  skip,
}, async () => {
  const refused = await look(rabbit.url.replace('guest:guest', 'guest:RABBIT_PASS'));
  assert.deepEqual(codesOf(refused), ['broker_refuses_credentials']);
  assert.doesNotMatch(JSON.stringify(refused), /RABBIT_PASS/);
  assert.deepEqual(codesOf(await look(`${rabbit.url}neutron`)), ['broker_vhost_missing']);
  assert.deepEqual(codesOf(await look(`rabbit://guest:guest@127.0.0.1:${await freePort()}/`)), [
    'broker_unreachable',
  ]);
});

test('ZeroMQ: keys that fit, keys of others, no keys, nobody there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'neutron-keys-'));
  const [own, others] = [join(directory, 'own'), join(directory, 'others')];
  for (const folder of [own, others]) makeKeys(folder);
  const port = await freePort();
  const url = `zmq://127.0.0.1:${port}/`;
  const withKeys = (folder: string) => look(url, `[zmq]\nkeys_directory = ${folder}\n`);
  assert.deepEqual(codesOf(await withKeys(own)), ['rpc_hub_unreachable']);
  const hub = await ZmqHub.open({ ...zmqDefaults, port, keysDirectory: own }, silentLog);
  assert.deepEqual(codesOf(await withKeys(own)), []);
  assert.deepEqual(codesOf(await withKeys(others)), ['rpc_key_refused']);
  assert.deepEqual(codesOf(await withKeys(join(directory, 'nowhere'))), ['rpc_keys_missing']);
  await hub.close();
  rmSync(directory, { recursive: true });
});

test('a transport_url that is none', async () => {
  assert.deepEqual(codesOf(await look('rabit://controller/')), ['transport_url_invalid']);
});
