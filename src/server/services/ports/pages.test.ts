import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { adminContext } from '../../../rpc/context.ts';
import { databases, type TestDatabase } from '../../db/testing.ts';
import { serverOn, type TestServer } from '../../testing.ts';
import type { Item, ListQuery, RequestContext } from '../service.ts';

const COUNT = 2100;
const context: RequestContext = {
  requestId: 'req-test',
  userId: null,
  projectId: 'project',
  projectName: null,
  roles: ['admin'],
  isAdmin: true,
  rpc: adminContext('req-test'),
};
const byId: ListQuery['sorts'] = [{ key: 'id', direction: 'asc' }];
const open = databases();

for (const dialect of ['sqlite', 'mariadb'] as const) {
  describe(`a list of more ports than are read at once, in ${dialect}`, () => {
    let db: TestDatabase;
    let server: TestServer;
    before(async () => {
      db = await open[dialect]();
      server = await serverOn(db, '\n[quotas]\nquota_port = -1\n');
      const { network, port } = server.api.services;
      const [made] = await network!.create!(context, [{ name: 'net', tenant_id: 'project' }]);
      const items = Array.from({ length: COUNT }, (_, n) => ({
        network_id: made!.id,
        name: `port${n % 700}`,
        device_id: n % 5 === 0 ? '' : `machine${n % 300}`,
        tenant_id: 'project',
        port_security_enabled: false,
      }));
      await port!.create!(context, items);
    });
    after(async () => {
      await server.end();
      await db.close();
    });

    const pages = (query: Partial<ListQuery>) =>
      server.api.services.port!.pages!(context, { filters: {}, sorts: byId, ...query });
    const list = (query: Partial<ListQuery>) =>
      server.api.services.port!.list(context, { filters: {}, sorts: byId, ...query });

    for (const [what, query] of Object.entries<Partial<ListQuery>>({
      whole: {},
      'by name, downwards': { sorts: [{ key: 'name', direction: 'desc' }, ...byId] },
      'up to a limit': { limit: 1500 },
      'up to the length of a piece': { limit: 1000 },
      'filtered, short': { filters: { name: ['port1', 'port2'] } },
    })) {
      test(`${what}: the pieces together are the list`, async () => {
        const pieces = await Array.fromAsync(pages(query));
        const expected = await list(query);
        assert.deepEqual(pieces.flat(), expected);
        assert.equal(pieces.length, Math.max(1, Math.ceil(expected.length / 1000)));
      });
    }

    for (const [what, filters, more] of [
      ['of a device', { device_id: ['machine7'] }, {}],
      ['of a device and a project', { device_id: ['machine7'], tenant_id: ['project'] }, {}],
      ['of a device, another project’s', { device_id: ['machine7'], tenant_id: ['other'] }, {}],
      ['of a device that has none', { device_id: ['nothing'] }, {}],
      ['without a device', { device_id: [''] }, { limit: 40 }],
      ['of two devices', { device_id: ['machine7', 'machine8'] }, {}],
      ['of a device, by name too', { device_id: ['machine7'], name: ['port7', 'port8'] }, {}],
      ['of a project, a page', { tenant_id: ['project'] }, { limit: 30 }],
    ] as const) {
      test(`ports ${what}: those of the whole list`, async () => {
        const matches = (port: Item) =>
          Object.entries(filters).every(([name, values]) => (values as unknown[]).includes(port[name]));
        const expected = (await list({})).filter(matches).slice(0, (more as Partial<ListQuery>).limit);
        assert.deepEqual(await list({ filters, ...more }), expected);
        assert.deepEqual((await Array.fromAsync(pages({ filters, ...more }))).flat(), expected);
        const stranger = { ...context, isAdmin: false, projectId: 'stranger' };
        const unseen = server.api.services.port!.list(stranger, { filters, sorts: byId, ...more });
        assert.deepEqual(await unseen, []);
      });
    }

    test('ports of a network, all or the first of them: those of the whole list, with all that is in other tables', async () => {
      const { network, port, subnet } = server.api.services;
      const [net] = await network!.create!(context, [{ name: 'few', tenant_id: 'project' }]);
      const of = { network_id: net!.id, tenant_id: 'project' };
      await subnet!.create!(context, [{ ...of, name: '', ip_version: 4, cidr: '10.9.0.0/24' }]);
      const pairs = [{ ip_address: '10.9.0.200', mac_address: 'fa:16:3e:00:00:09' }];
      const made = await port!.create!(context, [
        { ...of, name: 'a', allowed_address_pairs: pairs },
        { ...of, name: 'b', extra_dhcp_opts: [{ opt_name: 'mtu', opt_value: '1400', ip_version: 4 }] },
        { ...of, name: 'c', tenant_id: 'other' },
      ]);
      try {
        const expected = (await list({})).filter(({ network_id }) => network_id === net!.id);
        assert.deepEqual(expected.map(({ id }) => id).sort(), made.map(({ id }) => id).sort());
        assert.ok(expected.every(({ fixed_ips }) => (fixed_ips as unknown[]).length === 1));
        const filters = { network_id: [net!.id] };
        for (const limit of [undefined, 2, 3, 4]) {
          const pieces = await Array.fromAsync(pages({ filters, limit }));
          assert.deepEqual(pieces.flat(), expected.slice(0, limit), `limit ${limit}`);
        }
        const own = { ...context, isAdmin: false, projectId: 'other' };
        const seen = await port!.list(own, { filters, sorts: byId, limit: 100 });
        assert.deepEqual(
          seen.map(({ name }) => name),
          ['c'],
        );
      } finally {
        for (const { id } of made) await port!.delete!(context, String(id));
        await network!.delete!(context, String(net!.id));
      }
    });

    test('ports of a project, backwards from a marker: the page before it', async () => {
      const filters = { tenant_id: ['project'] };
      const all = await list({ filters });
      const marker = all[50]!.id as string;
      const page = await list({ filters, marker, limit: 10, pageReverse: true });
      assert.deepEqual(page, all.slice(40, 50));
      assert.deepEqual(await list({ filters, marker, limit: 10 }), all.slice(51, 61));
    });

    const own = ['id', 'name', 'network_id', 'tenant_id', 'project_id', 'mac_address', 'admin_state_up'];
    const more = ['status', 'device_id', 'device_owner'];
    for (const [what, query] of Object.entries<Partial<ListQuery>>({
      whole: {},
      'by what is in another table': { sorts: [{ key: 'description', direction: 'desc' }, ...byId] },
      'up to a limit': { limit: 1500 },
      'backwards from a marker': { limit: 20, pageReverse: true },
      'filtered by what is in another table': { filters: { port_security_enabled: [false] } },
      'filtered, none': { filters: { name: ['nobody'] } },
    })) {
      test(`${what}, a few fields: the same as in the list with all of them`, async () => {
        const expected = (await list(query)).map((item) =>
          Object.fromEntries([...own, ...more].map((name) => [name, item[name]])),
        );
        const asked = { ...query, fields: [...own, ...more] };
        const pieces = await Array.fromAsync(pages(asked));
        assert.deepEqual(pieces.flat(), expected);
        assert.equal(pieces.length, Math.max(1, Math.ceil(expected.length / 1000)));
        assert.deepEqual(await list(asked), expected);
      });
    }

    test('a project sees a few fields of its own ports, and all of a field that is elsewhere', async () => {
      const { port } = server.api.services;
      const stranger = { ...context, isAdmin: false, projectId: 'other' };
      const owner = { ...context, isAdmin: false };
      const query = { filters: {}, sorts: byId, fields: ['id', 'tenant_id'] };
      assert.deepEqual(await port!.list(stranger, query), []);
      assert.equal((await port!.list(owner, query)).length, COUNT);
      const [wide] = await port!.list(owner, { ...query, fields: ['id', 'fixed_ips'], limit: 1 });
      assert.deepEqual(wide!.fixed_ips, []);
    });

    test('what is made while it is read is in no piece', async () => {
      const { network, port } = server.api.services;
      const [net] = await network!.list(context, { filters: {}, sorts: byId });
      const before = (await list({})).map(({ id }) => id);
      const seen: unknown[] = [];
      const made: Item[] = [];
      for await (const piece of pages({})) {
        if (made.length === 0) {
          const item = { network_id: net!.id, tenant_id: 'project', port_security_enabled: false };
          made.push(
            ...(await port!.create!(
              context,
              Array.from({ length: 200 }, () => item),
            )),
          );
        }
        seen.push(...piece.map(({ id }) => id));
      }
      for (const { id } of made) await port!.delete!(context, id as string);
      assert.deepEqual(seen, before);
    });

    test('what is deleted while it is read is not in the pieces after; everything else is', async () => {
      const before = await list({});
      const last = before.at(-1)!.id as string;
      const seen: Item[] = [];
      for await (const piece of pages({})) {
        if (seen.length === 0) await server.api.services.port!.delete!(context, last);
        seen.push(...piece);
      }
      assert.deepEqual(
        seen.map(({ id }) => id),
        before.map(({ id }) => id).filter((id) => id !== last),
      );
    });
  });
}
