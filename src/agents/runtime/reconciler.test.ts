import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingLog } from '../../testing/recordingLog.ts';
import { Overtaken } from './outage.ts';
import { createReconciler, one, type ReconcilerOptions } from './reconciler.ts';

const quick = { firstSeconds: 0.005, maxSeconds: 0.02 };

function setUp(options: Partial<ReconcilerOptions> = {}) {
  const log = recordingLog();
  const worked: string[] = [];
  const reconciler = createReconciler({
    log,
    itemName: 'network',
    backoff: quick,
    listAll: async () => [],
    work: async (ids) => {
      worked.push(...ids);
      return undefined;
    },
    ...options,
  });
  return { log, worked, reconciler };
}

test('marks made together are one batch, lower priority numbers first', async () => {
  const batches: (readonly string[])[] = [];
  const { reconciler } = setUp({
    work: async (ids) => {
      batches.push(ids);
      return undefined;
    },
  });
  reconciler.mark('late', 6);
  reconciler.mark('early', 0);
  reconciler.mark('raised', 6);
  reconciler.mark('raised', 1);
  await reconciler.idle();
  assert.deepEqual(batches, [['early', 'raised', 'late']]);
});

test('an id is never in two workers at once, and one marked while it is worked on is worked on again', async () => {
  let inside = 0;
  let most = 0;
  let runs = 0;
  const { reconciler } = setUp({
    parallel: 4,
    batchSize: 1,
    work: one(async () => {
      inside += 1;
      most = Math.max(most, inside);
      runs += 1;
      if (runs === 1) reconciler.mark('a');
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    }),
  });
  reconciler.mark('a');
  await reconciler.idle();
  assert.deepEqual({ most, runs }, { most: 1, runs: 2 });
});

test('a failed item stays dirty and backs off alone; its failure and its recovery are each logged once', async () => {
  let failuresLeft = 3;
  const worked: string[] = [];
  const { log, reconciler } = setUp({
    work: async (ids) => {
      worked.push(...ids);
      if (!ids.includes('bad') || failuresLeft === 0) return undefined;
      failuresLeft -= 1;
      return new Map([['bad', new Error('no such bridge')]]);
    },
  });
  reconciler.mark('bad');
  reconciler.mark('good');
  await reconciler.idle();
  assert.deepEqual(
    worked.filter((id) => id === 'good'),
    ['good'],
  );
  assert.equal(worked.filter((id) => id === 'bad').length, 4);
  assert.deepEqual(log.lines('error'), [
    'Cannot bring network bad to its desired state: no such bridge; trying again until it works',
  ]);
  assert.deepEqual(log.lines('info'), [
    'Recovered after 3 failure(s): can bring network bad to its desired state again',
  ]);
});

test('an item that changed while it was worked on is a warning', async () => {
  let overtaken = true;
  const { log, reconciler } = setUp({
    work: one(async () => {
      if (overtaken) {
        overtaken = false;
        throw new Overtaken('it is gone');
      }
    }),
  });
  reconciler.mark('n');
  await reconciler.idle();
  assert.deepEqual(log.lines('error'), []);
  assert.deepEqual(log.lines('warning'), [
    'Cannot bring network n to its desired state: it is gone; trying again until it works',
  ]);
});

test('a full resync is tried until the list is there, and the clean-up comes after every item was tried', async () => {
  let tries = 0;
  const order: string[] = [];
  const { reconciler } = setUp({
    listAll: async () => {
      tries += 1;
      if (tries < 3) throw new Error('timeout');
      return ['a', 'b'];
    },
    parallel: 2,
    batchSize: 1,
    work: one(async (id) => {
      order.push(id);
      if (id === 'b' && order.length < 3) throw new Error('not yet');
    }),
    afterSync: async () => {
      order.push('swept');
    },
  });
  assert.equal(reconciler.synced, false);
  reconciler.markAll('start');
  await reconciler.idle();
  assert.equal(reconciler.synced, true);
  assert.deepEqual(order, ['a', 'b', 'swept', 'b']);
});

test('an empty list still ends the resync with a clean-up', async () => {
  let swept = 0;
  const { reconciler } = setUp({
    afterSync: async () => {
      swept += 1;
    },
  });
  reconciler.markAll('start');
  await reconciler.idle();
  assert.equal(swept, 1);
});

test('stop waits for running work and starts no more', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const worked: string[] = [];
  const { reconciler } = setUp({
    batchSize: 1,
    work: one(async (id) => {
      worked.push(id);
      await held;
    }),
  });
  reconciler.mark('a');
  reconciler.mark('b');
  await new Promise((resolve) => setImmediate(resolve));
  const stopped = reconciler.stop();
  release();
  await stopped;
  assert.deepEqual(worked, ['a']);
});

test('who brings an id waits for work that began afterwards, and hears of its error', async () => {
  let release = () => {};
  let runs = 0;
  const { reconciler } = setUp({
    work: one(async () => {
      runs += 1;
      if (runs === 1)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      if (runs === 2) throw new Error('no such bridge');
    }),
  });
  reconciler.mark('a');
  // Not by a time: on a busy machine a timer can be first.
  while (runs === 0) await new Promise((resolve) => setImmediate(resolve));
  const brought = reconciler.bring('a');
  release();
  assert.match(String(await brought), /no such bridge/);
  assert.equal(await reconciler.bring('a'), undefined);
  assert.equal(runs, 3);
});

test('the end of the loop answers who still waits', async () => {
  const { reconciler } = setUp();
  const brought = reconciler.bring('a');
  await reconciler.stop();
  assert.match(String(await brought), /the agent ends/);
});

test('progress tells what waits, what fails and how far a full resync is', async () => {
  const seen: ReturnType<typeof reconciler.progress>[] = [];
  const { reconciler } = setUp({
    listAll: async () => ['a', 'b'],
    batchSize: 1,
    backoff: { firstSeconds: 3600, maxSeconds: 3600 },
    work: one(async (id) => {
      seen.push(reconciler.progress());
      if (id === 'a') throw new Error('no such bridge');
    }),
  });
  assert.deepEqual(reconciler.progress(), { waiting: 0, resync: undefined, failing: [] });
  reconciler.markAll('start');
  assert.deepEqual(reconciler.progress().resync, { done: 0, total: 0 });
  while (!reconciler.synced) await new Promise((resolve) => setImmediate(resolve));
  const failing = [{ item: 'a', error: 'no such bridge', failures: 1 }];
  assert.deepEqual(seen, [
    { waiting: 2, resync: { done: 0, total: 2 }, failing: [] },
    { waiting: 2, resync: { done: 1, total: 2 }, failing },
  ]);
  assert.deepEqual(reconciler.progress(), { waiting: 1, resync: undefined, failing });
  await reconciler.stop();
});
