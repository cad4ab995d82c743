import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { sharedReads } from './sharedReads.ts';

test('what is asked for while a read runs is read together, after it; a failure is of those who waited for it', async () => {
  const reads: string[][] = [];
  const ends: ((error?: Error) => void)[] = [];
  const ask = sharedReads<string>((keys) => {
    reads.push([...keys]);
    const found = new Map(keys.map((key) => [key, `${key}${reads.length}`]));
    return new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve(found))));
  });
  assert.equal((await ask([])).size, 0);
  const first = ask(['a']);
  await turn();
  const later = [ask(['a', 'b']), ask(['c'])];
  await turn();
  assert.deepEqual(reads, [['a']]);
  ends[0]!();
  assert.equal((await first).get('a'), 'a1');
  await turn();
  assert.deepEqual(reads, [['a'], ['a', 'b', 'c']]);
  const after = ask(['d']);
  const refused = later.map((one) => assert.rejects(one, /gone/));
  ends[1]!(new Error('gone'));
  await Promise.all(refused);
  await turn();
  assert.deepEqual(reads[2], ['d']);
  ends[2]!();
  assert.equal((await after).get('d'), 'd3');
});
