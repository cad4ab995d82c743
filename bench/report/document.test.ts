import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../row.ts';
import { performanceDocument } from './document.ts';
import type { Figures, Result } from './figures.ts';

const where = {
  date: '2026-01-02',
  commit: 'abc',
  processors: '2 × Some',
  memory: '4 GiB',
  kernel: 'Linux 6',
  software: 'Node 24',
};
const figures = (p50: number): Figures => ({ p50, p95: p50, values: 1, cpu: p50, failures: 0 });
const row = (name: string, more: Partial<Row> = {}): Row => ({
  name,
  title: `row ${name}`,
  unit: 'ms',
  goal: { times: 20 },
  floor: { what: 'a bare commit', measure: async () => 1 },
  measure: async () => ({ values: [] }),
  ...more,
});

test('the document has every row, and names the goals missed with their causes', () => {
  const results: Result[] = [
    { row: row('good'), ours: figures(1), peer: figures(30), floor: 0.5 },
    { row: row('slow', { missed: 'The disk.' }), ours: figures(1), peer: figures(10) },
    { row: row('broken'), error: 'no answer\n  at somewhere' },
    { row: row('aimless', { goal: {} }), ours: figures(1), peer: figures(1) },
  ];
  const text = performanceDocument(results, where);
  assert.match(text, /2026-01-02, commit abc, on 2 × Some/);
  assert.match(text, /\n1 of 3 goals are met\./);
  const [, method] = /## How it is measured\n(.*)\n## Figures/s.exec(text) ?? [];
  assert.match(method ?? '', /^Two clouds .* CPU both; of growth, too/s);
  assert.match(
    text,
    /\| row good \| 1 ms \| 30 ms \| 30\.0× \| .* \| 0\.5 ms: a bare commit \| ≥ 20× \| yes \|/,
  );
  const [, misses] = text.split('## Goals missed\n');
  assert.equal(
    misses,
    '- **row slow**: 1 ms, 10.0×, CPU 10.0× (goal ≥ 20×). The disk.\n' +
      '- **row broken**: could not be measured: no answer. The cause is not known yet.\n',
  );
});

test('a run of some rows names the others', () => {
  const text = performanceDocument([{ row: row('good'), ours: figures(1) }], where, [row('other')]);
  assert.match(text, /\n## Not measured in this run\n- row other\n$/);
  assert.doesNotMatch(performanceDocument([], where), /Not measured/);
});
