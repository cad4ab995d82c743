import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runningHosts } from '../src/lab/host.ts';
import { run } from '../src/linux/process.ts';

const main = join(import.meta.dirname, 'main.ts');
const bench = (...words: string[]) =>
  run([process.execPath, '--disable-warning=ExperimentalWarning', main, ...words], { allowed: [0, 1] });

test('--list names every row; a word that no row has is refused', async () => {
  const { stdout } = await bench('--list', 'network-get');
  assert.match(stdout, /^network-get +GET one network$/m);
  const { code, stderr } = await bench('nonsense');
  assert.equal(code, 1);
  assert.match(stderr, /no row has nonsense in its name/);
});

const programs = ['/usr/sbin/mariadbd', '/usr/lib/rabbitmq/bin/rabbitmq-server', '/usr/bin/keystone-manage'];
const missing = programs.filter((program) => !existsSync(program));

test('a row is measured against our cloud, and nothing is left of it', {
  skip: missing.length === 0 ? false : `${missing.join(', ')} not installed`,
}, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'neutron-bench-test-'));
  t.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'figures.json');
  const { code, stdout, stderr } = await bench('subnet-create', '--json', file);
  assert.equal(code, 0, stderr.slice(-4000));
  const [heading, row] = stdout.split('\n');
  assert.match(heading!, /^row +ours +peer +ratio/);
  assert.match(row!, /^create a subnet, with DHCP +[\d.]+ ms/);
  const [result] = JSON.parse(await readFile(file, 'utf8')).results;
  assert.equal(result.row.name, 'subnet-create');
  assert(result.ours.p50 > 0 && result.ours.cpu > 0 && result.ours.values > 0);
  assert.equal(result.ours.failures, 0);
  const [, lab] = /^ours: lab (\S+)$/m.exec(stderr)!;
  assert.deepEqual(runningHosts(lab), []);
});
