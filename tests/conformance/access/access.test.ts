import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { configOf } from '../../../src/config/load.ts';
import { sqliteForTest } from '../../../src/server/db/testing.ts';
import type { Caller } from '../../../src/server/identity/identity.ts';
import { guide, startApi, type TestApi } from '../api.ts';
import { cases, type Person, people, type Send } from './cases.ts';
import { type Outcome, outcomes } from './run.ts';

/** What the guide's cloud, with Python Neutron, answered everybody; see record.ts. */
const recorded = new Map<string, Record<Person, Outcome>>(
  readFileSync(new URL('recorded.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ title, answers }) => [title, answers]),
);

const owner = '83e9dd3293b34f7380681174e86df95c';
const another = '29485de4e4e748748cd4101338bf82b1';
const projects: Readonly<Record<Person, string>> = {
  admin: another,
  member: owner,
  reader: owner,
  no_role: owner,
  other: another,
  system_admin: '',
  system_reader: '',
};
const roles: Readonly<Record<Person, readonly string[]>> = {
  admin: ['admin', 'member', 'reader'],
  member: ['member', 'reader'],
  reader: ['reader'],
  no_role: ['nobody'],
  other: ['member', 'reader'],
  system_admin: ['admin', 'member', 'reader'],
  system_reader: ['reader'],
};

const callerOf = (who: Person): Caller => ({
  userId: `${who}-user`,
  userName: who,
  userDomainId: 'default',
  userDomainName: 'Default',
  projectId: projects[who],
  projectName: null,
  projectDomainId: null,
  projectDomainName: null,
  roles: roles[who],
  ...(who.startsWith('system') ? { systemScope: 'all' } : {}),
});

let api: TestApi;
let send: Send;

before(async () => {
  const known = Object.fromEntries(people.map((who) => [who, callerOf(who)]));
  api = await startApi(sqliteForTest, configOf(guide), { known });
  send = (who, method, path, body) => api.request(who, method, path, body);
});

after(() => api.close());

test('every case is recorded, and nothing else', () => {
  assert.deepEqual(cases.map(({ title }) => title).sort(), [...recorded.keys()].sort());
});

for (const one of cases) {
  test(`${one.title}: everybody is answered as by Neutron`, async () => {
    assert.deepEqual(await outcomes(send, one, projects), recorded.get(one.title));
  });
}
