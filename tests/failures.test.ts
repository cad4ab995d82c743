import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failuresIn } from './failures.ts';

const TAP = `TAP version 13
ok 1 - fine
  ---
  duration_ms: 0.1
  ...
not ok 2 - several lines
  ---
  failureType: 'testCodeFailure'
  error: |-
    dhcp: no lease
    
    in 10 s
  code: 'ERR_ASSERTION'
  ...
    not ok 1 - within
      ---
      error: '1 == 2'
      code: 'ERR_ASSERTION'
      ...
    1..1
not ok 3 - a suite
  ---
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  ...
not ok 4 - known # TODO another order
  ---
  error: 'order'
  ...
not ok 5 - ended
`;

test('what failed and why, from a report', () => {
  assert.deepEqual(failuresIn(TAP), [
    { name: 'several lines', reason: 'dhcp: no lease in 10 s' },
    { name: 'within', reason: "'1 == 2'" },
    { name: 'ended', reason: '' },
  ]);
});
