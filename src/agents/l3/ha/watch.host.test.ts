import '../../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ip } from '../../../linux/batch.ts';
import { ensureNamespace } from '../../../linux/netns.ts';
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
