import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { databases, type TestDatabase } from '../../db/testing.ts';
import { NeutronError } from '../../errors/index.ts';
import { serverOn, type TestServer } from '../../testing.ts';
import { adminRequest } from '../admin.ts';
import type { Item } from '../service.ts';

const SINGLE_NODE = 'neutron.services.l3_router.service_providers.single_node.SingleNodeDriver';

for (const [name, open] of Object.entries(databases())) {
  describe(`flavors on ${name}`, () => {
    let db: TestDatabase;
    let server: TestServer;
    before(async () => {
      db = await open();
      server = await serverOn(db);
    });
    after(async () => {
      await server.end();
      await db.close();
    });

    const admin = adminRequest();
    const make = async (resource: 'flavor' | 'service_profile' | 'router', item: Item): Promise<string> => {
      const [made] = await server.api.services[resource]!.create!(admin, [item]);
      return made!.id as string;
    };
    const newFlavor = () =>
      make('flavor', { name: 'f', description: '', service_type: 'L3_ROUTER_NAT', enabled: true });
    const newProfile = () =>
      make('service_profile', { description: '', driver: SINGLE_NODE, metainfo: '', enabled: true });
    const profilesOf = (flavor: string) => server.api.children!.flavor_service_profile!(flavor);
    const refusedAs = (type: string) => (error: unknown) =>
      error instanceof NeutronError && error.type === type;
    const providerOf = async (router: string) =>
      (
        await db.kysely
          .selectFrom('providerresourceassociations')
          .select('provider_name')
          .where('resource_id', '=', router)
          .executeTakeFirst()
      )?.provider_name;

    test('a profile is bound once, whoever asks at the same moment', async () => {
      const [flavor, profile] = [await newFlavor(), await newProfile()];
      const answers = await Promise.allSettled(
        Array.from({ length: 6 }, () => profilesOf(flavor).create!(admin, [{ id: profile }])),
      );
      const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
      assert.equal(refused.length, 5);
      assert(refused.every(refusedAs('FlavorServiceProfileBindingExists')));
      assert.deepEqual((await server.api.services.flavor!.get(admin, flavor)).service_profiles, [profile]);
      await assert.rejects(
        server.api.services.service_profile!.delete!(admin, profile),
        refusedAs('ServiceProfileInUse'),
      );
    });

    test('a profile goes, or is bound; never both', async () => {
      const flavor = await newFlavor();
      for (let round = 0; round < 5; round++) {
        const profile = await newProfile();
        const [gone, bound] = await Promise.allSettled([
          server.api.services.service_profile!.delete!(admin, profile),
          profilesOf(flavor).create!(admin, [{ id: profile }]),
        ]);
        const refused = [gone, bound].flatMap((one) => (one.status === 'rejected' ? [one.reason.type] : []));
        assert.deepEqual(refused, [
          bound.status === 'rejected' ? 'ServiceProfileNotFound' : 'ServiceProfileInUse',
        ]);
        const kept = (await profilesOf(flavor).list(admin, { filters: {}, sorts: [] })).map(({ id }) => id);
        assert.equal(kept.includes(profile), bound.status === 'fulfilled');
      }
    });

    test('a router keeps its flavor from being deleted, and its provider is remembered as long as it lives', async () => {
      const [flavor, profile] = [await newFlavor(), await newProfile()];
      await profilesOf(flavor).create!(admin, [{ id: profile }]);
      const router = await make('router', { tenant_id: 'p', name: 'r', flavor_id: flavor });
      assert.equal(await providerOf(router), 'single_node');
      await assert.rejects(server.api.services.flavor!.delete!(admin, flavor), refusedAs('FlavorInUse'));
      await assert.rejects(
        server.api.services.router!.update!(admin, router, { admin_state_up: false, ha: true }),
        refusedAs('InvalidInput'),
      );
      await server.api.services.router!.delete!(admin, router);
      assert.equal(await providerOf(router), undefined);
      await server.api.services.flavor!.delete!(admin, flavor);
    });

    test('a router without a flavor changes its provider with its kind', async () => {
      const router = await make('router', { tenant_id: 'p', name: 'r' });
      assert.equal(await providerOf(router), 'single_node');
      await server.api.services.router!.update!(admin, router, { admin_state_up: false });
      await server.api.services.router!.update!(admin, router, { ha: true });
      assert.equal(await providerOf(router), 'ha');
      await server.api.services.router!.update!(admin, router, { ha: false });
      assert.equal(await providerOf(router), 'single_node');
    });
  });
}
