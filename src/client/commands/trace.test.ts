import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dict } from '../python/value.ts';
import { traceLines } from './trace.ts';

const pass: Dict = { result: 'pass', evidence: ['seen so'] };
const unseen: Dict = { result: 'not checked', why: 'the agent does not answer' };
const finding: Dict = {
  code: 'tap_down',
  title: 'down',
  severity: 'error',
  text: 'tap1 is down',
  cause: 'somebody set it down.',
  fix: 'set it up',
  evidence: [],
};

const trace = (change: Dict = {}): Dict => ({
  from: { address: '10.0.0.1', port_id: 'p1', floating_ip_address: null },
  to: { address: '10.0.0.2', port_id: 'p2', floating_ip_address: '192.0.2.5' },
  protocol: 'tcp',
  port: 22,
  result: 'fail',
  first_difference: 1,
  hops: [
    {
      hop: 1,
      name: 'tap1',
      host: 'compute',
      intended: pass,
      installed: { result: 'fail', findings: [finding] },
      observed: unseen,
    },
    { hop: 2, name: 'gateway', host: null, intended: pass, installed: unseen, observed: pass },
    { hop: 3, name: 'tap2', host: 'net', intended: pass, installed: unseen, observed: unseen },
  ],
  problems: [finding],
  ...change,
});

test('a trace is a line for each hop, and the first difference as a paragraph', () => {
  assert.deepEqual(traceLines(trace(), 'vm1', '192.0.2.5', false), [
    'tcp/22 from vm1 (10.0.0.1) to 192.0.2.5 (10.0.0.2)',
    '     host     hop      intended  installed  observed',
    '  1  compute  tap1     ✔         ✘          –',
    '  2  –        gateway  ✔         –          ✔',
    '  3  net      tap2     ✔         –          –',
    '– hop 3 not read: the agent does not answer',
    '',
    'The first difference is at hop 1:',
    'ERROR tap_down: tap1 is down',
    '  why:  somebody set it down.',
    '  fix:  set it up',
  ]);
});

test('details tell what each side of a hop rests on', () => {
  const lines = traceLines(trace(), 'vm1', 'vm2', true);
  assert.deepEqual(lines.slice(4, 8), [
    '      observed: not checked: the agent does not answer',
    '  2  –        gateway  ✔         –          ✔',
    '      intended: seen so',
    '      installed: not checked: the agent does not answer',
  ]);
});

test('where nothing differs, that is said', () => {
  const lines = traceLines(
    trace({ first_difference: null, problems: [], result: 'pass' }),
    'vm1',
    'vm2',
    false,
  );
  assert.equal(lines.at(-1), 'No hop differs.');
  const unsure = trace({ first_difference: null, problems: [], result: 'not checked' });
  assert.equal(
    traceLines(unsure, 'vm1', 'vm2', false).at(-1),
    'No hop differs, as far as could be looked at.',
  );
});
