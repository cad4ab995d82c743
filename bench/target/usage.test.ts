import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { cpuMilliseconds, type Spent, spentBetween } from './usage.ts';

const spent = (
  ...processes: readonly (readonly [pid: number, parent: number, milliseconds: number])[]
): Spent => new Map(processes.map(([pid, parent, milliseconds]) => [pid, { parent, milliseconds }]));

test('what a daemon spent is counted whoever of its processes came or went', () => {
  const table: [what: string, before: Spent, after: Spent, expected: number][] = [
    ['one that goes on', spent([1, 0, 100]), spent([1, 0, 130]), 30],
    ['one that starts', spent(), spent([1, 0, 130]), 130],
    ['a child that ended: its parent has its time', spent([1, 0, 100], [2, 1, 50]), spent([1, 0, 160]), 10],
    ['one that was still ending at the first look', spent([2, 0, 500]), spent([3, 0, 40]), 40],
  ];
  for (const [what, before, after, expected] of table)
    assert.equal(spentBetween(before, after), expected, what);
});

test('what a thread spent is counted when it has ended, too', async () => {
  const here = { lab: '', name: '', pid: process.pid, keeper: process.pid };
  const busy = 'for (const end = process.cpuUsage().user + 300_000; process.cpuUsage().user < end; );';
  const spentSoFar = () => cpuMilliseconds(here, [process.pid]);
  const before = spentSoFar();
  const thread = new Worker(
    `${busy} require('node:worker_threads').parentPort.once('message', () => {});
    require('node:worker_threads').parentPort.postMessage('busy no more');`,
    { eval: true },
  );
  await once(thread, 'message');
  const during = spentSoFar();
  assert.ok(during - before >= 200, `a thread at work: ${during - before} ms`);
  await thread.terminate();
  const after = spentSoFar();
  assert.ok(after - during > -30, `it has ended: ${after - during} ms`);
});
