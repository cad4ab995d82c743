import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleOf } from './sample.ts';

const all = Array.from({ length: 100 }, (_, index) => index);
const take = (env: Record<string, string>) => sampleOf(all, 20, env);

test('a seed decides the sample; its cases keep their order', () => {
  const { cases, left } = take({ NEUTRON_TEST_SEED: '7' });
  assert.equal(new Set(cases).size, 20);
  assert.deepEqual(
    cases,
    cases.toSorted((a, b) => a - b),
  );
  assert.deepEqual(take({ NEUTRON_TEST_SEED: '7' }).cases, cases);
  assert.notDeepEqual(take({ NEUTRON_TEST_SEED: '8' }).cases, cases);
  assert.match(left!, /^a sample of 20 of 100 cases: NEUTRON_TEST_SEED=7 /);
});

test('without a seed the output tells which one was taken', () => {
  const { cases, left } = take({});
  const [, seed] = /SEED=(\d+)/.exec(left!)!;
  assert.deepEqual(take({ NEUTRON_TEST_SEED: seed! }).cases, cases);
});

test('everything on demand, and when there are not more', () => {
  assert.deepEqual(take({ NEUTRON_TEST_ALL: '1' }), { cases: all, left: undefined });
  assert.deepEqual(sampleOf(all, 100, {}).cases, all);
});
