import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveMemoryBack } from './memory.ts';

const MIB = 1024 * 1024;
const resident = () => process.memoryUsage.rss() / MIB;

test('what a burst has left is given back when there is nothing to do', async () => {
  const stop = giveMemoryBack();
  try {
    let burst: unknown[] | undefined = Array.from({ length: 1_000_000 }, (_, n) => ({
      id: `${n}`,
      rows: [n],
    }));
    assert.equal(burst.length, 1_000_000);
    const most = resident();
    burst = undefined;
    for (let left = 200; resident() > most - 60; left -= 1) {
      assert.ok(left > 0, `${resident()} MiB are held of ${most} MiB`);
      await sleep(50);
    }
  } finally {
    stop();
  }
});
