import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/linux/process.ts';
import { rabbitIsInstalled } from '../../src/messaging/rabbit/testing.ts';
import type { Phase } from './phase.ts';

test('a few hosts: every port becomes ACTIVE, a rule reaches every agent, nobody is dead', {
  skip: rabbitIsInstalled ? false : 'rabbitmq-server is not installed',
}, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'neutron-sim-test-'));
  t.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'figures.json');
  const words = ['--hosts', '3', '--ports', '2', '--seconds', '0', '--json', file];
  await run([
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'main.ts'),
    ...words,
  ]);
  const { phases, seen, complaints } = JSON.parse(await readFile(file, 'utf8')) as {
    phases: Phase[];
    seen: { deadAgents: number };
    complaints: string[];
  };
  assert.deepEqual(complaints, []);
  assert.equal(seen.deadAgents, 0);
  assert.deepEqual(
    phases.flatMap(({ failures }) => Object.keys(failures)),
    [],
  );
  const [start, , wiring, , rule] = phases;
  assert.equal(start!.latency.report_state!.count, 3);
  assert.equal(wiring!.latency.get_devices_details_list!.count, 3);
  assert.ok(wiring!.received.add_fdb_entries! > 0);
  assert.equal(rule!.received.security_groups_rule_updated, 3);
});
