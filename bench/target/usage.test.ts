import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Spent, spentBetween } from './usage.ts';

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
