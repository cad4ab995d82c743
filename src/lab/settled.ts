import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from './lab.ts';
import { dataPlane, differences, type Snapshot } from './snapshot.ts';

/** The data plane once it has stopped changing: two snapshots a second apart are equal. */
export async function settledDataPlane(lab: Lab): Promise<Snapshot> {
  let last = await dataPlane(lab);
  for (let attempt = 0; attempt < 30; attempt++) {
    await sleep(1000);
    const now = await dataPlane(lab);
    if (differences(last, now).length === 0) return now;
    last = now;
  }
  throw new Error('the data plane does not stop changing');
}

/** Waits until the data plane is as it was; returns the differences that stay. */
export async function differencesThatStay(lab: Lab, before: Snapshot, seconds = 20): Promise<string[]> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const left = differences(before, await dataPlane(lab));
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(250);
  }
}
