import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveMemoryBack } from './memory.ts';

const MIB = 1024 * 1024;
const resident = () => process.memoryUsage.rss() / MIB;

/** What `make` made, and what is left of it by `keep`, and then the memory that is held, which must become less by 60 MiB. */
async function isGivenBack<T>(make: () => T[], keep: (made: T[]) => T[]): Promise<void> {
  const stop = giveMemoryBack();
  try {
    let made = make();
    const most = resident();
    made = keep(made);
    for (let left = 200; resident() > most - 60; left -= 1) {
      assert.ok(left > 0, `${resident()} MiB are held of ${most} MiB, with ${made.length} things in them`);
      await sleep(50);
    }
  } finally {
    stop();
  }
}

test('what a burst has left is given back when there is nothing to do', () =>
  isGivenBack(
    () => Array.from({ length: 1_000_000 }, (_, n) => ({ id: `${n}`, rows: [n] })),
    () => [],
  ));

test('so are buffers between others that are still used', () =>
  isGivenBack(
    () => Array.from({ length: 4000 }, () => Buffer.alloc(32 * 1024, 1)),
    (buffers) => buffers.filter((_, n) => n % 50 === 0 || n === buffers.length - 1),
  ));
