import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startApi, type TestApi } from './api.ts';
import { addressScopes } from './badInput/addressScopes.ts';
import { autoAllocation } from './badInput/autoAllocation.ts';
import { makeFixture } from './badInput/fixture.ts';
import { floatingips } from './badInput/floatingips.ts';
import { malformed } from './badInput/malformed.ts';
import { networks } from './badInput/networks.ts';
import { others } from './badInput/others.ts';
import { pooledSubnets } from './badInput/pooledSubnets.ts';
import { ports } from './badInput/ports.ts';
import { routers } from './badInput/routers.ts';
import { securityGroups } from './badInput/securityGroups.ts';
import { sharing } from './badInput/sharing.ts';
import { subnetPools } from './badInput/subnetPools.ts';
import { subnets } from './badInput/subnets.ts';
import { fill } from './badInput/table.ts';
import { zones } from './badInput/zones.ts';

const table = [
  ...networks,
  ...subnets,
  ...ports,
  ...routers,
  ...floatingips,
  ...securityGroups,
  ...sharing,
  ...others,
  ...malformed,
  ...zones,
  ...subnetPools,
  ...pooledSubnets,
  ...addressScopes,
  ...autoAllocation,
];

let api: TestApi;
let ids: Record<string, string>;
let untouched: Readonly<Record<string, string>>;

before(async () => {
  api = await startApi();
  ids = await makeFixture(api);
  untouched = await api.dump();
});

after(() => api.close());

test('the table is large enough to mean something', () => assert(table.length >= 150));

for (const [user, request, body, status, type, message] of table) {
  const title = `${user}: ${request} ${JSON.stringify(body)?.slice(0, 160) ?? ''}`;
  test(`${title} → ${status} ${type}; nothing changes`, async () => {
    const [method = '', path = ''] = fill(request, ids).split(' ');
    const reply = await api.request(user, method, path, fill(body, ids));
    const before = untouched;
    untouched = await api.dump();
    assert.deepEqual(
      { status: reply.status, body: reply.body },
      { status, body: { NeutronError: { type, message: fill(message, ids), detail: '' } } },
    );
    assert.deepEqual(untouched, before);
  });
}
