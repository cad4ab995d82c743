import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../row.ts';
import type { Circumstances } from './machine.ts';
import { resumed } from './resume.ts';

const at = (date: string, commit = 'abc'): Circumstances => ({
  date,
  commit,
  processors: '2 × some',
  memory: '24 GiB',
  kernel: 'Linux',
  software: 'Node',
});
const row = (name: string): Row => ({
  name,
  title: name,
  unit: 'ms',
  goal: {},
  floor: { what: 'a bare commit', measure: async () => 1 },
  measure: async () => ({ values: [] }),
});
const figures = { p50: 1, p95: 1, values: 1, failures: 0 };
const kept = (...results: object[]) => JSON.stringify({ ...at('2026-11-28'), results });

test('a run goes on behind the rows that it has; those that failed are measured again', () => {
  const [port, network] = [row('port'), row('network')];
  const text = kept(
    { row: { name: 'port' }, ours: figures },
    { row: { name: 'network' }, error: 'it hung' },
    { row: { name: 'gone' }, ours: figures },
  );
  assert.deepEqual(resumed(text, at('2026-11-29'), [port, network]), {
    where: at('2026-11-28, resumed 2026-11-29'),
    results: [{ row: port, ours: figures }],
  });
});

test('figures of another commit are refused', () => {
  assert.throws(() => resumed(kept(), at('2026-11-29', 'def'), []), /is of commit abc, not def/);
});
