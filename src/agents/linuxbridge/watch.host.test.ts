import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ip } from '../../linux/batch.ts';
import { until } from '../../testing/until.ts';
import { watchDevices } from './watch.ts';

const TAP = 'tap00000001-aa';

test('a tap is told of when it appears, is replaced or goes, and of nothing that happens to it between', async (t) => {
  const told: string[] = [];
  await ip([`link add ${TAP} type veth peer name there`, 'link add bridge type bridge']);
  const watch = watchDevices({
    changed: (device) => told.push(device),
    failed: (error) => assert.fail(String(error)),
  });
  // A watch that stays open would keep a test that failed from ending.
  t.after(() => watch.close());
  await until('the first look', () => watch.has(TAP));
  await ip([`link set ${TAP} up`, `link set ${TAP} master bridge`, `link set ${TAP} nomaster`]);
  await ip(['link add tap00000002-aa type veth peer name after']);
  await until('the second tap', () => watch.has('tap00000002-aa'));
  assert.deepEqual(told, [TAP, 'tap00000002-aa']);
  await ip([`link del ${TAP}`, `link add ${TAP} type veth peer name there`]);
  await until('the one in place of the first', () => told.filter((device) => device === TAP).length > 1);
  // That it went may have been told, too.
  await until('it is there', () => watch.has(TAP));
  await ip([`link del ${TAP}`]);
  await until('that it went', () => !watch.has(TAP));
});
