import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDisconnect } from './errors.ts';
import { attemptsOf } from './settings.ts';

test('a database that cannot be reached, or whose name is not known yet, is one to try again', () => {
  for (const code of ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])
    assert.ok(isDisconnect(Object.assign(new Error(code), { code, errno: -113 })), code);
  assert.ok(
    !isDisconnect(Object.assign(new Error('denied'), { code: 'ER_ACCESS_DENIED_ERROR', errno: 1045 })),
  );
});

test('db_max_retries: -1 is without end, and what begins anew by design may do so with 0', () => {
  assert.deepEqual([-1, 0, 20].map(attemptsOf), [Number.POSITIVE_INFINITY, 5, 20]);
});
