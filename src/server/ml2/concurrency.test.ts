import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type MariaDbServer, startMariaDb } from '../db/testing.ts';
import { NeutronError } from '../errors/index.ts';
import { openOutbox } from '../notify/outbox.ts';
import { lockPorts } from '../services/ports/lock.ts';
import type { Port } from '../services/ports/rows.ts';
import type { Item } from '../services/service.ts';
import { transact } from '../services/work.ts';
import { reportedAgent } from '../testing.ts';
import { admin, type CoreForTest, coreForTest, openAgain } from './testing.ts';

const context = admin();
const id = (item: Item): string => item.id as string;

/** Several servers on one MariaDB: each core plugin has a pool of connections of its own. */
describe('servers side by side', () => {
  let mariadb: MariaDbServer;
  let cores: CoreForTest[];
  before(async () => {
    mariadb = await startMariaDb();
    const first = await mariadb.database();
    cores = [await coreForTest(first), await coreForTest(await openAgain(first.url))];
  });
  after(async () => {
    for (const core of cores) await core.close();
    await mariadb.stop();
  });

  const network = async (project = 'admin'): Promise<Item> =>
    (await cores[0]!.networks.create!(context, [{ name: 'n', tenant_id: project }]))[0]!;
  const subnet = async (network_id: string, values: Item = {}): Promise<Item> =>
    (
      await cores[0]!.subnets.create!(context, [
        { name: '', tenant_id: 'admin', network_id, cidr: '10.0.0.0/24', ip_version: 4, ...values },
      ])
    )[0]!;
  const spread = <T>(count: number, work: (core: CoreForTest, index: number) => Promise<T>) =>
    Promise.allSettled(
      Array.from({ length: count }, (_, index) => work(cores[index % cores.length]!, index)),
    );
  const types = (outcomes: readonly PromiseSettledResult<unknown>[]): string[] =>
    outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled'
        ? []
        : [outcome.reason instanceof NeutronError ? outcome.reason.type : String(outcome.reason.stack)],
    );

  it('give each port of a subnet an address of its own, to the last one', async () => {
    const net = await network();
    await subnet(id(net), { allocation_pools: [{ start: '10.0.0.10', end: '10.0.0.49' }] });
    const outcomes = await spread(48, (core) =>
      core.ports.create!(context, [{ tenant_id: 'admin', network_id: id(net) }]),
    );
    assert.deepEqual([...new Set(types(outcomes))], ['IpAddressGenerationFailure']);
    const ports = await cores[0]!.ports.listIn(cores[0]!.server.db.kysely, { network_id: [id(net)] });
    const addresses = ports.map((port) => port.fixed_ips[0]!.ip_address);
    assert.equal(ports.length, 40);
    assert.equal(new Set(addresses).size, 40);
  });

  it('give one address to one port', async () => {
    const net = await network();
    await subnet(id(net));
    const outcomes = await spread(10, (core) =>
      core.ports.create!(context, [
        { tenant_id: 'admin', network_id: id(net), fixed_ips: [{ ip_address: '10.0.0.7' }] },
      ]),
    );
    assert.deepEqual(types(outcomes), Array(9).fill('IpAddressAlreadyAllocated'));
  });

  it('give each network a VNI of its own, and a project one default group', async () => {
    const outcomes = await spread(20, (core) =>
      core.networks.create!(context, [{ name: 'n', tenant_id: 'crowd' }]),
    );
    assert.deepEqual(types(outcomes), []);
    const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    assert.equal(new Set(made.map((item) => item['provider:segmentation_id'])).size, 20);
    const { kysely } = cores[0]!.server.db;
    const groups = await kysely
      .selectFrom('securitygroups')
      .select('id')
      .where('project_id', '=', 'crowd')
      .execute();
    assert.equal(groups.length, 1);
  });

  it('make one of overlapping subnets, and one of equal rules', async () => {
    const net = await network();
    const subnets = await spread(6, (core) =>
      core.subnets.create!(context, [
        { name: '', tenant_id: 'admin', network_id: id(net), cidr: '10.0.0.0/24', ip_version: 4 },
      ]),
    );
    assert.deepEqual(types(subnets), Array(5).fill('InvalidInput'));
    const [group] = await cores[0]!.securityGroups.create!(context, [{ tenant_id: 'admin', name: 'g' }]);
    const rule = {
      tenant_id: 'admin',
      security_group_id: id(group!),
      direction: 'ingress',
      ethertype: 'IPv4',
    };
    const rules = await spread(6, (core) => core.securityGroupRules.create!(context, [rule]));
    assert.deepEqual(types(rules), Array(5).fill('SecurityGroupRuleExists'));
  });

  it('delete a network, or keep it with the ports that came meanwhile', async () => {
    const net = await network();
    const sub = await subnet(id(net));
    const outcomes = await spread<unknown>(12, (core, index) => {
      if (index === 5) return core.subnets.delete!(context, id(sub));
      if (index === 6) return core.networks.delete!(context, id(net));
      return core.ports.create!(context, [{ tenant_id: 'admin', network_id: id(net) }]);
    });
    const expected = ['SubnetInUse', 'NetworkInUse', 'NetworkNotFound', 'SubnetNotFound'];
    assert.deepEqual(
      types(outcomes).filter((type) => !expected.includes(type)),
      [],
    );
    const { kysely } = cores[0]!.server.db;
    const ports = await kysely.selectFrom('ports').select('id').where('network_id', '=', id(net)).execute();
    const left = await kysely.selectFrom('networks').select('id').where('id', '=', id(net)).execute();
    assert.ok(left.length === 1 || ports.length === 0);
    const stray = await kysely
      .selectFrom('ipallocations')
      .leftJoin('ports', 'ports.id', 'ipallocations.port_id')
      .select('ip_address')
      .where('ports.id', 'is', null)
      .execute();
    assert.deepEqual(stray, []);
  });

  it('record what agents wired on the same networks at once, each in another order', async () => {
    const hosts = Array.from({ length: 12 }, (_, index) => `host${index}`);
    for (const [index, host] of hosts.entries())
      await reportedAgent(cores[0]!.server.db, 'Linux bridge agent', host, {
        tunnel_types: ['vxlan'],
        l2_population: true,
        tunneling_ip: `192.0.2.${index}`,
      });
    const nets = [await network(), await network(), await network(), await network()];
    for (const net of nets) await subnet(id(net), { enable_dhcp: false });
    const portsOf = await Promise.all(
      hosts.map(async (host) => {
        const wanted = nets.map((net) => ({
          tenant_id: 'admin',
          network_id: id(net),
          'binding:host_id': host,
        }));
        return (await cores[0]!.ports.create!(context, wanted)).map(id);
      }),
    );
    const tries = cores.map(() => 0);
    const outcomes = await spread(hosts.length, (core, index) =>
      transact(core.server, context, async (work) => {
        tries[cores.indexOf(core)]! += 1;
        await lockPorts(work.tx, portsOf[index]!);
        const found = (await core.ports.listIn(work.tx, { id: portsOf[index]! })) as Port[];
        const shuffled = found.toSorted(() => Math.random() - 0.5);
        await core.ports.statuses.provisioned(work, shuffled, 'L2', { refresh: true });
      }),
    );
    assert.deepEqual(types(outcomes), []);
    assert.deepEqual(tries, [6, 6], 'none of them had to be tried again');
    const states = await cores[0]!.server.db.kysely
      .selectFrom('ports')
      .select('status')
      .distinct()
      .where('id', 'in', portsOf.flat())
      .execute();
    assert.deepEqual(states, [{ status: 'ACTIVE' }]);
  });

  it('send each notification once, whichever server made it', async () => {
    const taken: unknown[] = [];
    const boxes = cores.map(({ server }) => {
      const cast = async (_target: unknown, _method: string, args: { [key: string]: unknown }) =>
        void taken.push(args.number);
      return openOutbox({ db: server.db, log: server.log, transport: { ...server.transport, cast } });
    });
    const target = { topic: 't', version: '1.0', fanout: true };
    await spread(40, async (core, number) => {
      const box = boxes[cores.indexOf(core)]!;
      const message = { target, method: 'm', args: { number }, context: context.rpc };
      await transact({ ...core.server, outbox: box }, context, ({ tx }) => box.add(tx, message));
    });
    for (const box of boxes) await box.drain();
    for (const box of boxes) await box.drain();
    for (const box of boxes) await box.close();
    assert.deepEqual(
      taken.toSorted((a, b) => Number(a) - Number(b)),
      Array.from({ length: 40 }, (_, number) => number),
    );
  });
});
