import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { configOf } from '../../../config/load.ts';
import { databases, sqliteForTest, type TestDatabase } from '../../db/testing.ts';
import { NeutronError } from '../../errors/index.ts';
import { createQuotas, type Quotas } from './enforcement.ts';
import { createQuotaService } from './service.ts';

for (const [dialect, open] of Object.entries(databases())) {
  describe(`quotas on ${dialect}`, () => {
    let db: TestDatabase;
    let quotas: Quotas;
    before(async () => {
      db = await open();
      quotas = createQuotas(configOf(''), db);
    });
    after(() => db.close());

    /** Rows that count as security groups, made as a service makes them. */
    const make = (project_id: string, { groups = 1, meanwhile = async () => {} } = {}) =>
      db.transaction(async (tx) => {
        for (let made = 0; made < groups; made += 1) {
          quotas.check(tx, 'security_group', project_id);
          const { insertId } = await tx
            .insertInto('standardattributes')
            .values({ resource_type: 'securitygroups' })
            .executeTakeFirstOrThrow();
          await tx
            .insertInto('securitygroups')
            .values({ id: randomUUID(), project_id, standard_attr_id: Number(insertId) })
            .execute();
        }
        await meanwhile();
      });

    test('defaults, own limits, use and deletion', async () => {
      const service = createQuotaService(db, quotas);
      assert.equal((await service.show('p1')).network, 100);
      assert.equal((await service.update('p1', { network: 2, port: -1 })).network, 2);
      await service.update('p1', { network: 3 });
      assert.deepEqual(await service.list(), [
        { ...quotas.defaults, network: 3, port: -1, project_id: 'p1', tenant_id: 'p1' },
      ]);
      assert.deepEqual((await service.details('p1')).network, { limit: 3, used: 0, reserved: 0 });
      await service.delete('p1');
      assert.deepEqual(await service.list(), []);
      await assert.rejects(service.delete('p1'), { type: 'TenantQuotaNotFound' });
    });

    test('a limit holds exactly when many ask at once', async () => {
      await createQuotaService(db, quotas).update('p2', { security_group: 4 });
      const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => make('p2')));
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 4);
      assert.equal(await quotas.used(db.kysely, 'security_group', 'p2'), 4);
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') continue;
        assert(outcome.reason instanceof NeutronError, String(outcome.reason));
        assert.equal(outcome.reason.message, "Quota exceeded for resources: ['security_group'].");
      }
    });

    test('without a limit nothing is counted', async () => {
      await createQuotaService(db, quotas).update('p3', { security_group: -1 });
      await make('p3');
      const rows = await db.kysely
        .selectFrom('quotausages')
        .selectAll()
        .where('project_id', '=', 'p3')
        .execute();
      assert.deepEqual(rows, []);
    });

    /** What a Python server reserves before it makes something. */
    const reserve = async (project_id: string, expiration: string, resource: string, amount: number) => {
      const id = randomUUID();
      await db.kysely.insertInto('reservations').values({ id, project_id, expiration }).execute();
      await db.kysely.insertInto('resourcedeltas').values({ reservation_id: id, resource, amount }).execute();
    };

    test('what a Python server has reserved counts until it expires', async () => {
      const service = createQuotaService(db, quotas);
      await service.update('p5', { security_group: 3 });
      await reserve('p5', '2000-01-01 00:00:00', 'security_group', 5);
      await reserve('p5', '2999-01-01 00:00:00', 'security_group', 1);
      await reserve('p5', '2999-01-01 00:00:00', 'security_group', 1);
      assert.deepEqual((await service.details('p5')).security_group, { limit: 3, used: 0, reserved: 2 });
      await make('p5');
      await assert.rejects(make('p5'), { type: 'OverQuota' });
      await assert.rejects(service.update('p5', { network: 1, security_group: 2 }, true), {
        type: 'HTTPBadRequest',
        message: 'Quota limit 2 for security_group must be greater than or equal to already used 3',
      });
      assert.equal((await service.show('p5')).network, 100);
      assert.equal((await service.update('p5', { security_group: 3 }, true)).security_group, 3);
    });

    test('bulk counts all of it', async () => {
      await createQuotaService(db, quotas).update('p4', { security_group: 2 });
      await assert.rejects(make('p4', { groups: 3 }), { type: 'OverQuota', status: 409 });
      assert.equal(await quotas.used(db.kysely, 'security_group', 'p4'), 0);
      await make('p4', { groups: 2 });
    });

    // SQLite has one writer at a time.
    if (dialect === 'mariadb') {
      test('who makes something waits for nobody of the project until the end', async () => {
        await createQuotaService(db, quotas).update('p6', { security_group: 2 });
        await make('p6', { meanwhile: () => make('p6') });
        await assert.rejects(make('p6'), { type: 'OverQuota' });
      });
    }
  });
}

test('default_quota holds for what has no option; every negative limit is none', () => {
  const { defaults } = createQuotas(configOf('[quotas]\ndefault_quota = 7\nquota_port = -5\n'), {
    beforeCommit() {},
  });
  assert.deepEqual([defaults.subnetpool, defaults.port, defaults.network], [7, -1, 100]);
});

test('the driver without quotas knows no limits', async () => {
  const driver = 'neutron.db.quota.driver_null.DbQuotaDriverNull';
  const db = await sqliteForTest();
  const none = createQuotas(configOf(`[quotas]\nquota_driver = ${driver}\nquota_network = 0\n`), db);
  const service = createQuotaService(db, none);
  assert.deepEqual(await service.update('p', { network: 0 }), {});
  await db.transaction(async (tx) => none.check(tx, 'network', 'p'));
  assert.deepEqual([await service.show('p'), await service.details('p'), await service.list()], [{}, {}, []]);
  await service.delete('p');
  await db.close();
});
