import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { loadConfig } from '../config/load.ts';
import { silentLog } from '../log/silent.ts';
import { openTransport, rabbitSettings, zmqSettings } from './open.ts';
import { rabbitDefaults } from './rabbit/settings.ts';
import { parseTransportUrl } from './url.ts';
import { zmqDefaults } from './zmq/settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'neutron-open-'));
after(() => rmSync(directory, { recursive: true }));

function configOf(text: string) {
  const file = join(directory, 'neutron.conf');
  writeFileSync(file, text);
  return loadConfig({ program: 'neutron-server', argv: ['--config-file', file] });
}

describe('the transport that the configuration names', () => {
  const refused: [string, RegExp][] = [
    ['transport_url = rabit://controller/', /no driver rabit; did you mean rabbit:\/\/\?/],
    ['rpc_backend = qpid', /no driver qpid; known are rabbit:\/\/ and zmq:\/\//],
    ['transport_url = zmq://192.0.2.1/', /rpc-keys.*cannot be read.*neutron-rpc-keys/],
    ['transport_url = //controller', /transport_url is not of the form/],
  ];
  for (const [line, error] of refused)
    it(`${line} is refused`, async () => {
      const config = configOf(`[DEFAULT]\n${line}\n`);
      await assert.rejects(openTransport(config, silentLog, { clientName: 'test' }), { message: error });
    });

  it('in one process', async () => {
    const config = configOf('[DEFAULT]\ntransport_url = fake://\n');
    const transport = await openTransport(config, silentLog, { clientName: 'test' });
    await transport.listen('topic', 'host', [{ version: '1.0', methods: { ask: async () => 1 } }]);
    assert.equal(await transport.call({ topic: 'topic', version: '1.0' }, 'ask', {}, {}), 1);
    await transport.close();
  });
});

describe('settings', () => {
  it("of RabbitMQ: oslo's defaults, Neutron's exchange", () => {
    const { connectionName, ...settings } = rabbitSettings(
      configOf(''),
      parseTransportUrl('rabbit://'),
      'test',
    );
    const { connectionName: _, ...defaults } = rabbitDefaults;
    assert.match(connectionName, /^test:\d+$/);
    assert.deepEqual(settings, defaults);
  });

  it('of RabbitMQ: everything that can be said', () => {
    const config = configOf(
      [
        '[DEFAULT]\ncontrol_exchange = other\nrpc_response_timeout = 5',
        '[oslo_messaging_rabbit]\namqp_durable_queues = true\namqp_auto_delete = true\nssl = true\nssl_ca_file = /ca',
        'rabbit_transient_queues_ttl = 60\nheartbeat_timeout_threshold = 20\nrabbit_qos_prefetch_count = 7',
      ].join('\n'),
    );
    const url = parseTransportUrl('rabbit://u:p@h1,h2:5673/v');
    const { connectionName, ...settings } = rabbitSettings(config, url, 'test');
    assert.deepEqual(settings, {
      ...Object.fromEntries(Object.entries(rabbitDefaults).filter(([name]) => name !== 'connectionName')),
      hosts: [
        { host: 'h1', port: 5672 },
        { host: 'h2', port: 5673 },
      ],
      username: 'u',
      password: 'p',
      vhost: 'v',
      exchange: 'other',
      responseTimeout: 5,
      durableQueues: true,
      autoDelete: true,
      transientQueuesTtl: 60,
      heartbeat: 20,
      prefetchCount: 7,
      tls: { caFile: '/ca', certFile: '', keyFile: '', verifyHostname: false },
    });
  });

  it('of ZeroMQ: loopback without keys unless told, keys for anything else', () => {
    const of = (text: string, url: string) => zmqSettings(configOf(text), parseTransportUrl(url));
    assert.deepEqual(of('', 'zmq://'), zmqDefaults);
    assert.equal(of('[zmq]\nkeys_directory = /k\n', 'zmq://').keysDirectory, '/k');
    const remote = of('', 'zmq://controller:9690/');
    assert.deepEqual(
      [remote.host, remote.port, remote.keysDirectory],
      ['controller', 9690, '/etc/neutron/rpc-keys'],
    );
  });
});
