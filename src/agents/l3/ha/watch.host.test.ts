import '../../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ip } from '../../../linux/batch.ts';
import { ensureNamespace } from '../../../linux/netns.ts';
import { run } from '../../../linux/process.ts';
import { until } from '../../../testing/until.ts';
import { watchRole } from './watch.ts';

const [device, netns] = ['ha-1', 'watched'];
const cidr = '169.254.0.7/24';

test('the role is that of the address, and nothing is said of it after the end', async () => {
  await ensureNamespace(netns, {});
  await ip([`link add ${device} type bridge`, `link set ${device} up`], { netns });
  const heard: string[] = [];
  const watch = watchRole({ device, cidr, netns, changed: (state) => void heard.push(state) });
  await until('the role is known', () => heard.length > 0);
  await ip([`addr add ${cidr} dev ${device}`], { netns });
  await until('the address is seen', () => heard.length === 2);
  watch.close();
  assert.deepEqual(heard, ['backup', 'primary']);

  // The first look begins some 0.2 seconds after the start: closed before, within and after it.
  const late: number[] = [];
  await Promise.all(
    Array.from({ length: 30 }, async (_, at) => {
      let closed = false;
      const one = watchRole({ device, cidr, netns, changed: () => void (closed && late.push(at)) });
      await sleep(180 + at * 5);
      closed = true;
      one.close();
    }),
  );
  await sleep(500);
  assert.deepEqual(late, []);
});

/** Opens files until this process may open no more; returns what closes them. */
function exhaustFiles(): () => void {
  const files: number[] = [];
  try {
    for (;;) files.push(openSync('/dev/null', 'r'));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'EMFILE');
  }
  return () => files.forEach(closeSync);
}

test('a look that fails says nothing of the role, and is repeated', async (t) => {
  const netns = 'looked-at';
  await ensureNamespace(netns, {});
  await ip([`link add ${device} type bridge`, `addr add ${cidr} dev ${device}`], { netns });
  await run(['prlimit', '--pid', String(process.pid), '--nofile=256:']);
  const heard: string[] = [];
  const watch = watchRole({ device, cidr, netns, changed: (state) => void heard.push(state) });
  t.after(() => watch.close());
  const release = exhaustFiles();
  await watch.look().finally(release);
  assert.deepEqual(heard, []);
  await until('the role is known', () => heard.length > 0);
  await ip([`link del ${device}`], { netns });
  await watch.look();
  watch.close();
  assert.deepEqual(heard, ['primary', 'backup'], 'without the device nothing is carried');
});
