import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sqliteForTest } from '../../../src/server/db/testing.ts';
import { serverOn } from '../../../src/server/testing.ts';
import { exercised } from '../../interop/exercised.ts';
import { reasons } from './reasons.ts';
import { rows, rpcDocument } from './rpc.ts';

test('docs/rpc.md is what npm run docs:rpc writes', () => {
  const text = readFileSync(new URL('../../../docs/rpc.md', import.meta.url), 'utf8');
  assert.equal(text, rpcDocument());
});

test('what is not served has a reason, and what has a reason lacks something', () => {
  const all = rows();
  const silent = all.filter(({ servedBy, reason }) => servedBy.length === 0 && reason === undefined);
  assert.deepEqual(
    silent.map(({ facts }) => facts.name),
    [],
  );
  const needless = reasons.filter(({ topic, method }) => {
    const row = all.find(({ facts, topic: at }) => facts.name === method && at === topic);
    return row === undefined || row.servedBy.length > 0;
  });
  assert.deepEqual(needless, []);
});

test('what the source says of the server is what a server has', async () => {
  const db = await sqliteForTest();
  const server = await serverOn(db);
  const has = (topic: string, method: string) =>
    (server.endpoints[topic] ?? []).some(({ methods }) => Object.hasOwn(methods, method));
  const wrong = rows().filter(
    ({ facts, servedBy }) =>
      facts.side === 'server' && has(facts.topic, facts.name) !== servedBy.includes('server'),
  );
  await server.end();
  await db.close();
  assert.deepEqual(wrong, []);
});

test('what crossed the wire is served by ours, or sent by it', () => {
  const all = rows();
  const unknown = exercised.filter(({ method, server }) => {
    const found = all.filter(({ facts }) => facts.name === method);
    return !found.some(
      ({ servedBy, sentBy }) => (server === 'ours' ? servedBy : sentBy).length + sentBy.length > 0,
    );
  });
  assert.deepEqual(unknown, []);
});
