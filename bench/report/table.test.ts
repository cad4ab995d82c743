import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../row.ts';
import { amount } from './amount.ts';
import type { Figures } from './figures.ts';
import { cells, terminalTable } from './table.ts';

const row: Row = {
  name: 'port-create',
  title: 'create a port',
  unit: 'ms',
  goal: { times: 20, atMost: 50 },
  floor: { what: 'a bare commit', measure: async () => 1 },
  measure: async () => ({ values: [] }),
};
const ours: Figures = { p50: 10.44, p95: 14, values: 60, cpu: 5.5, failures: 0 };
const peer: Figures = { p50: 244.3, p95: 300, values: 3, cpu: 180, failures: 2 };

test('numbers have three figures that count', () => {
  assert.deepEqual([0.012345, 1.234, 12.34, 123.4, 12_345].map(amount), [
    '0.0123',
    '1.23',
    '12.3',
    '123',
    '12,345',
  ]);
});

test('a row of the table tells both sides, the ratios, the floor and the judgement', () => {
  assert.deepEqual(cells({ row, ours, peer, floor: 2 }), [
    'create a port',
    '10.4 ms (p95 14)',
    '244 ms, 2 failed',
    '23.4×',
    '5.5 ms',
    '180 ms',
    '32.7×',
    '2 ms',
    '≥ 20×, ≤ 50 ms',
    'yes',
  ]);
  assert.deepEqual(cells({ row, ours }).slice(2, 4), ['', '']);
  const unfinished = { p50: 300, p95: 300, values: 1, cpu: 55, failures: 0, unfinished: true };
  assert.deepEqual(cells({ row, ours, peer: unfinished }).slice(2, 7), [
    '> 300 ms',
    '> 28.7×',
    '5.5 ms',
    '> 55 ms',
    '> 10.0×',
  ]);
  const nothing: Figures = { p50: 0, p95: 0, values: 3, failures: 0 };
  for (const other of [peer, nothing]) assert.equal(cells({ row, ours: nothing, peer: other })[3], '');
});

test('the terminal’s table is aligned, and says below what failed', () => {
  const lines = terminalTable([
    { row, ours, peer },
    { row, error: 'no answer' },
  ]).split('\n');
  assert.equal(lines.length, 4);
  assert.equal(
    lines[0]!.indexOf('ours') + 'ours'.length,
    lines[1]!.indexOf(' (p95 14)') + ' (p95 14)'.length,
  );
  assert.equal(lines[3], 'port-create: no answer');
});
