import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { atMost } from './atMost.ts';
import type { Endpoint } from './transport.ts';

test('methods of all endpoints run so many at a time, in the order they came, also after one failed', async () => {
  const began: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const method: Endpoint['methods'][string] = (_context, { name }) =>
    new Promise((resolve, reject) => {
      began.push(name as string);
      ends.set(name as string, (error) => (error ? reject(error) : resolve(name)));
    });
  const [one, two] = atMost(2, [
    { version: '1.0', methods: { method } },
    { version: '1.1', namespace: 'other', methods: { method } },
  ]);
  assert.deepEqual([two!.version, two!.namespace], ['1.1', 'other']);
  const call = ({ methods }: Endpoint, name: string) => methods.method!({}, { name });
  const calls = [call(one!, 'a'), call(two!, 'b'), call(two!, 'c'), call(one!, 'd')];
  await turn();
  assert.deepEqual(began, ['a', 'b']);
  ends.get('b')!(new Error('no'));
  await assert.rejects(calls[1]!, /no/);
  await turn();
  assert.deepEqual(began, ['a', 'b', 'c']);
  ends.get('a')!();
  await turn();
  assert.deepEqual(began, ['a', 'b', 'c', 'd']);
  ends.get('c')!();
  ends.get('d')!();
  assert.deepEqual(await Promise.all([calls[0], calls[2], calls[3]]), ['a', 'c', 'd']);
  const next = call(one!, 'e');
  await turn();
  assert.equal(began.at(-1), 'e', 'a place that is free is taken at once');
  ends.get('e')!();
  await next;
});
