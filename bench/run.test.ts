import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from './row.ts';
import { turns } from './run.ts';

const row = (rounds?: Row['rounds']): Row => ({
  name: 'r',
  title: 'R',
  unit: 'ms',
  goal: {},
  ...(rounds ? { rounds } : {}),
  floor: { what: 'a bare commit', measure: async () => 1 },
  measure: async () => ({ values: [] }),
});

test('the sides take turns, and take turns in being the first', () => {
  assert.deepEqual(turns(row(), ['ours', 'peer']), ['ours', 'peer', 'peer', 'ours', 'ours', 'peer']);
  assert.deepEqual(turns(row({ ours: 3, peer: 1 }), ['ours', 'peer']), ['ours', 'peer', 'ours', 'ours']);
  assert.deepEqual(turns(row(), ['ours']), ['ours', 'ours', 'ours']);
});
