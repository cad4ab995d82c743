import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../src/server/db/testing.ts';
import { fuzz } from './fuzz.ts';

const seed = Number(process.env.FUZZ_SEED ?? 20261127);
const requests = 2000;

for (const [dialect, open] of Object.entries(databases())) {
  test(`${requests} generated requests on ${dialect}: no 5xx, no leak, nothing logged (seed ${seed})`, async () => {
    const { faults, statuses, heap } = await fuzz(open, { seed, requests });
    assert.deepEqual(faults, []);
    // The requests get somewhere: a good part succeeds, and what is refused is refused for many reasons.
    const answered = (from: number, to: number) =>
      [...statuses].reduce((sum, [status, count]) => sum + (status >= from && status < to ? count : 0), 0);
    assert(answered(200, 300) > requests / 10, JSON.stringify([...statuses]));
    for (const status of [200, 201, 204, 400, 401, 403, 404, 405, 409])
      assert(statuses.has(status), `${status}`);
    assert(Math.max(...heap) < heap[0]! + 60e6, `the live heap grew: ${heap.join(', ')}`);
  });
}
