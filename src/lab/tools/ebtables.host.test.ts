import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../linux/process.ts';
import { projectRoot } from '../paths.ts';

const ebtables = async (...words: string[]) =>
  (await run([`${projectRoot}/src/lab/tools/ebtables.sh`, '-t', 'nat', '--concurrent', ...words])).stdout;

const CHAIN = 'neutronMAC-tap1';
const rule = (mac: string) => ['-i', 'tap1', '--among-src', mac, '-j', 'RETURN'];
const rules = async () =>
  (await ebtables('-L', CHAIN)).split('\n').flatMap((line) => (/^-/.test(line) ? [line.trim()] : []));

test("what Python's agent does at an update of a port replaces the rule with the guest's MAC, which is never away", async () => {
  await ebtables('-N', CHAIN, '-P', 'DROP');
  await ebtables('-A', CHAIN, '-j', 'DROP');
  await ebtables('-I', CHAIN, ...rule('fa:16:3e:00:00:01'));
  const before = await rules();
  assert.equal(before.length, 2);
  const listed = before[0]!.split(' ');

  await ebtables('-D', CHAIN, ...listed);
  assert.deepEqual(await rules(), before, 'the deletion waits');
  await ebtables('-I', CHAIN, ...rule('fa:16:3e:00:00:01'));
  assert.deepEqual(await rules(), before, 'the same MAC again');

  await ebtables('-D', CHAIN, ...listed);
  await ebtables('-I', CHAIN, ...rule('fa:16:3e:00:00:22'));
  const after = await rules();
  assert.equal(after.length, 2);
  assert.match(after[0]!, /fa:16:3e:(00:00:22|0:0:22)/);
});
