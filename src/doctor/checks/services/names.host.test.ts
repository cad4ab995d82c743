import '../../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../../linux/process.ts';
import { codesOf, consult, serverFiles } from './testing.ts';

const look = (url: string) =>
  consult('names of hosts', {
    'neutron/neutron.conf': `[DEFAULT]\ntransport_url = ${url}\n`,
    'neutron/plugins/ml2/linuxbridge_agent.ini': '[vxlan]\nenable_vxlan = False\n',
  });

test('a name that this host does not know is named with the option; an address needs no name', async () => {
  const unknown = await look('rabbit://guest:guest@name.invalid/');
  assert.deepEqual(codesOf(unknown), ['name_unresolvable']);
  assert.match(JSON.stringify(unknown), /name\.invalid is no name that this host knows.*transport_url/);
  assert.deepEqual(codesOf(await look('rabbit://guest:guest@192.168.81.66/')), []);
});

test('a name that Debian leads to the host itself: no server is there, or the server listens on it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'neutron-hosts-'));
  writeFileSync(join(directory, 'hosts'), '127.0.0.1 localhost\n127.0.1.1 controller\n');
  await run(['mount', '--bind', join(directory, 'hosts'), '/etc/hosts']);
  try {
    assert.deepEqual(codesOf(await look('rabbit://guest:guest@controller/')), ['name_is_loopback']);
    const server = (url: string) =>
      consult('names of hosts', serverFiles(`[DEFAULT]\ntransport_url = ${url}\n`));
    assert.deepEqual(codesOf(await server('zmq://controller:9501/')), ['name_is_loopback']);
    assert.deepEqual(codesOf(await server('rabbit://guest:guest@controller/')), []);
  } finally {
    await run(['umount', '/etc/hosts']);
    rmSync(directory, { recursive: true });
  }
});
