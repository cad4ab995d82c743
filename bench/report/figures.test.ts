import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Goal, Unit } from '../row.ts';
import { type Figures, figuresOf, met as judge, percentile, type Result, ratios } from './figures.ts';

const figures = (p50: number, cpu?: number, failures = 0): Figures => ({
  p50,
  p95: p50,
  values: 1,
  failures,
  ...(cpu === undefined ? {} : { cpu }),
});

const result = (unit: Unit, goal: Goal, ours?: Figures, peer?: Figures): Result => ({
  row: {
    name: 'r',
    title: 'R',
    unit,
    goal,
    floor: { what: 'a bare commit', measure: async () => 1 },
    measure: async () => ({ values: [] }),
  },
  ...(ours ? { ours } : {}),
  ...(peer ? { peer } : {}),
});

test('percentiles are values that were measured', () => {
  assert.equal(percentile([3, 1, 2], 0.5), 2);
  assert.equal(percentile([1, 2, 3, 4], 0.5), 2);
  assert.equal(
    percentile(
      Array.from({ length: 100 }, (_, index) => index + 1),
      0.95,
    ),
    95,
  );
  assert.equal(percentile([7], 0.95), 7);
});

test('rounds come to one figure: all values, the median of processor time, all failures', () => {
  const samples = [
    { values: [1, 9], cpu: 5, failures: 1 },
    { values: [2], cpu: 1 },
    { values: [3], cpu: 2, failures: 2 },
  ];
  assert.deepEqual(figuresOf(samples), { p50: 2, p95: 9, values: 4, cpu: 2, failures: 3 });
  assert.equal(figuresOf([{ values: [1] }, { values: [300], unfinished: true }]).unfinished, true);
});

test('of a rate more is better, of a time less', () => {
  assert.deepEqual(ratios(result('ms', {}, figures(2, 1), figures(20, 30))), { wall: 10, cpu: 30 });
  assert.deepEqual(ratios(result('/s', {}, figures(20), figures(2, 1))), { wall: 10 });
  assert.deepEqual(ratios(result('/s', {}, figures(20))), {});
});

test('a goal is met by the ratio of both times and by the figure itself, or not known', () => {
  const both: Goal = { times: 10, atMost: 5 };
  const met = (one: Result) => judge(one, [one]);
  assert.equal(met(result('ms', both, figures(4, 1), figures(40, 10))), true);
  assert.equal(met(result('ms', both, figures(4, 1), figures(39, 10))), false);
  assert.equal(met(result('ms', both, figures(4, 1), figures(40, 9))), false);
  assert.equal(met(result('ms', both, figures(6, 1), figures(600, 100))), false);
  assert.equal(met(result('ms', both, figures(4, 1))), undefined);
  assert.equal(met(result('ms', both, figures(6, 1))), false);
  assert.equal(met(result('ms', both, figures(4, 1, 1), figures(40, 10))), false);
  const unfinished = { ...figures(4, 1), unfinished: true };
  assert.equal(met(result('ms', both, unfinished, figures(400, 100))), false);
  assert.equal(met(result('ms', both, figures(4, 1), { ...figures(40, 10), unfinished: true })), true);
  assert.equal(met({ ...result('ms', both, figures(4), figures(40)), error: 'lost' }), false);
});

test('growth is counted from the same among fewer, in both times', () => {
  const few = { ...result('ms', {}, figures(10, 5)), row: { ...result('ms', {}).row, name: 'few' } };
  const goal: Goal = { growth: { from: 'few', atMost: 1.2 } };
  const judged = (p50: number, cpu: number) => {
    const many = result('ms', goal, figures(p50, cpu));
    return judge(many, [few, many]);
  };
  assert.equal(judged(12, 6), true);
  assert.equal(judged(13, 5), false);
  assert.equal(judged(11, 7), false);
  assert.equal(judge(few, [few]), undefined);
  const alone = result('ms', goal, figures(1, 1));
  assert.equal(judge(alone, [alone]), undefined);
});
