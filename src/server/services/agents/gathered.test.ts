import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { gathered } from './gathered.ts';

/** Work that notes of how many it is done at once, and fails for what is negative. */
function doubling(most: number) {
  const sizes: number[] = [];
  const double = gathered(most, async (all: readonly number[]) => {
    sizes.push(all.length);
    await turn();
    if (all.some((one) => one < 0)) throw new Error('negative');
    return all.map((one) => one * 2);
  });
  return { sizes, double };
}

test('what comes while work is under way is done all at once, each with its own answer', async () => {
  const { sizes, double } = doubling(3);
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5, 6].map(double)), [2, 4, 6, 8, 10, 12]);
  assert.deepEqual(sizes, [1, 3, 2]);
  assert.equal(await double(7), 14);
});

test('one that fails fails alone', async () => {
  const { sizes, double } = doubling(10);
  const outcomes = await Promise.allSettled([1, 2, -3, 4].map(double));
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason))),
    [2, 4, 'Error: negative', 8],
  );
  assert.deepEqual(sizes, [1, 3, 1, 1, 1]);
  assert.equal(await double(5), 10);
});
