import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { databases } from '../../src/server/db/testing.ts';
import { startApi, type TestApi } from './api.ts';

for (const [dialect, open] of Object.entries(databases())) {
  describe(`If-Match on ${dialect}`, () => {
    let api: TestApi;
    let network: string;
    const make = async (collection: string, name: string, item: object): Promise<string> => {
      const { body } = await api.request('admin', 'POST', `/v2.0/${collection}`, { [name]: item });
      return (body as Record<string, { id: string }>)[name]!.id;
    };
    before(async () => {
      api = await startApi(open);
      network = await make('networks', 'network', {});
    });
    after(() => api.close());

    for (const [collection, name, item] of [
      ['networks', 'network', () => ({})],
      ['subnets', 'subnet', () => ({ network_id: network, ip_version: 4, cidr: '10.0.0.0/24' })],
      ['ports', 'port', () => ({ network_id: network })],
      ['routers', 'router', () => ({})],
      ['security-groups', 'security_group', () => ({ name: 'g' })],
      ['subnetpools', 'subnetpool', () => ({ name: 'p', prefixes: ['10.0.0.0/8'] })],
    ] as const) {
      test(`of several changes of a ${name} that name the revision it has, one is made`, async () => {
        const path = `/v2.0/${collection}/${await make(collection, name, item())}`;
        const { body } = await api.request('admin', 'GET', path);
        const { revision_number } = (body as Record<string, { revision_number: number }>)[name]!;
        const change = (description: string) =>
          api.request(
            'admin',
            'PUT',
            path,
            { [name]: { description } },
            {
              'if-match': `revision_number=${revision_number}`,
            },
          );
        const replies = await Promise.all(['one', 'two', 'three', 'four'].map(change));
        assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 412, 412, 412]);
      });
    }
  });
}
