import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { makeLater } from '../../src/server/db/testing/later.ts';
import { databases } from '../../src/server/db/testing.ts';
import { startApi, type TestApi } from './api.ts';
import { files, replay } from './replay.ts';

/** What releases after Zed made of the schema hinders nothing of what is recorded of Zed. */
const { mariadb } = databases();
const later = async () => {
  const db = await mariadb();
  await makeLater(db, '2024.2');
  return db;
};

/** Networks, subnets, ports, routers, floating IPs, security groups, quotas, agents, RBAC, address groups. */
const FIRST = files.slice(0, files.indexOf('sharing'));

// The rest of the recording needs its agents alive, which they are for 75 seconds.
replay(later, process.env.NEUTRON_TEST_ALL ? files : FIRST);

describe('rules that new security groups begin with, in a database of 2024.2', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi(later);
  });
  after(() => api.close());

  interface Rule {
    readonly direction: string;
    readonly ethertype: string;
    readonly port_range_min: number | null;
    readonly remote_group_id: string | null;
  }
  interface Group {
    readonly id: string;
    readonly name: string;
    readonly security_group_rules: readonly Rule[];
  }
  const inWords = ({ id, security_group_rules }: Group) =>
    security_group_rules
      .map(({ direction, ethertype, port_range_min, remote_group_id }) =>
        [direction, ethertype, port_range_min ?? '', remote_group_id === id ? 'itself' : ''].join(' ').trim(),
      )
      .sort();
  const make = async (user: 'demo' | 'other') => {
    const body = { security_group: { name: 'new' } };
    const reply = await api.request(user, 'POST', '/v2.0/security-groups', body);
    assert.equal(reply.status, 201, reply.text);
    const list = await api.request(user, 'GET', '/v2.0/security-groups?name=default');
    return {
      made: inWords((reply.body as { security_group: Group }).security_group),
      byDefault: inWords((list.body as { security_groups: [Group] }).security_groups[0]),
    };
  };

  test('are Zed’s as long as nobody changed them', async () => {
    assert.deepEqual(await make('demo'), {
      made: ['egress IPv4', 'egress IPv6'],
      byDefault: ['egress IPv4', 'egress IPv6', 'ingress IPv4  itself', 'ingress IPv6  itself'],
    });
  });

  test('are the operator’s when he changed them', async () => {
    const { kysely } = api.db;
    await sql`delete from securitygroupdefaultrules where ethertype = 'IPv6'`.execute(kysely);
    await sql`insert into standardattributes (resource_type) values ('securitygroupdefaultrules')`.execute(
      kysely,
    );
    await sql`insert into securitygroupdefaultrules
        (id, standard_attr_id, direction, ethertype, protocol, port_range_min, port_range_max,
         used_in_default_sg, used_in_non_default_sg)
      select 'ssh', max(id), 'ingress', 'IPv4', 'tcp', 22, 22, 0, 1 from standardattributes`.execute(kysely);
    assert.deepEqual(await make('other'), {
      made: ['egress IPv4', 'ingress IPv4 22'],
      byDefault: ['egress IPv4', 'ingress IPv4  itself'],
    });
  });
});
