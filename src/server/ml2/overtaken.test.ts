import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { dhcpDeviceId } from '../../net/dhcpDevice.ts';
import { adminContext } from '../../rpc/context.ts';
import { lockAwaited, type MariaDbServer, startMariaDb } from '../db/testing.ts';
import { storeHaStates } from '../rpc/haRouters.ts';
import { l2pluginEndpoint } from '../rpc/l2plugin.ts';
import { unhostNetwork } from '../services/agents/hosted.ts';
import type { Item } from '../services/service.ts';
import { transact, type Work } from '../services/work.ts';
import { bareRouter, reportedAgent } from '../testing.ts';
import { admin, type CoreForTest, coreForTest, openAgain } from './testing.ts';

const context = admin();
const id = (item: Item): string => item.id as string;

/** What a request read is no longer so when its turn comes, because another server was at it. */
describe('a request that was overtaken', () => {
  let mariadb: MariaDbServer;
  let one: CoreForTest;
  let two: CoreForTest;
  before(async () => {
    mariadb = await startMariaDb();
    const first = await mariadb.database();
    one = await coreForTest(first);
    two = await coreForTest(await openAgain(first.url));
    for (const [at, host] of ['a', 'b'].entries()) {
      const configurations = { tunnel_types: ['vxlan'], l2_population: true, tunneling_ip: `192.0.2.${at}` };
      await reportedAgent(first, 'Linux bridge agent', host, configurations);
    }
  });
  after(async () => {
    await one.close();
    await two.close();
    await mariadb.stop();
  });

  /** What comes of the `second` request, which begins when the first has written and goes on when that has committed. */
  async function overtaken<T>(
    first: (work: Work) => Promise<unknown>,
    second: () => Promise<T>,
  ): Promise<PromiseSettledResult<T>> {
    let outcome!: Promise<PromiseSettledResult<T>[]>;
    await transact(one.server, context, async (work) => {
      await first(work);
      outcome = Promise.allSettled([second()]);
      await Promise.race([lockAwaited(one.server.db), outcome]);
    });
    return (await outcome)[0]!;
  }
  const refused = (outcome: PromiseSettledResult<unknown>, type: string) => {
    assert.equal(outcome.status, 'rejected');
    assert.equal(outcome.reason.type, type, String(outcome.reason.stack));
  };
  const done = (outcome: PromiseSettledResult<unknown>) =>
    assert.equal(outcome.status, 'fulfilled', outcome.status === 'rejected' ? outcome.reason.stack : '');

  const network = async (): Promise<Item> =>
    (await one.networks.create!(context, [{ name: 'n', tenant_id: 'admin' }]))[0]!;
  const subnetOf = (net: Item, values: Item = {}): Item => ({
    name: '',
    tenant_id: 'admin',
    network_id: id(net),
    cidr: '10.0.0.0/24',
    ip_version: 4,
    ...values,
  });
  const subnet = async (net: Item, values: Item = {}): Promise<Item> =>
    (await one.subnets.create!(context, [subnetOf(net, values)]))[0]!;
  const port = async (net: Item, values: Item = {}): Promise<Item> =>
    (await one.ports.create!(context, [{ tenant_id: 'admin', network_id: id(net), ...values }]))[0]!;

  it('deletes no network twice, nor frees the VNI that somebody else has by then', async () => {
    const net = await network();
    const segment = {
      'provider:network_type': 'vxlan',
      'provider:segmentation_id': net['provider:segmentation_id'],
    };
    const outcome = await overtaken(
      async (work) => {
        await one.networks.deleteIn(work, id(net));
        await one.networks.createIn(work, [{ name: 'next', tenant_id: 'admin', ...segment }]);
      },
      () => two.networks.delete!(context, id(net)),
    );
    refused(outcome, 'NetworkNotFound');
    const row = await one.server.db.kysely
      .selectFrom('ml2_vxlan_allocations')
      .select('allocated')
      .where('vxlan_vni', '=', net['provider:segmentation_id'] as number)
      .executeTakeFirst();
    assert.equal(row?.allocated, 1);
  });

  it('deletes no subnet twice, and the network all the same', async () => {
    const net = await network();
    const [sub, other] = [await subnet(net), await subnet(net, { cidr: '10.0.1.0/24' })];
    const again = await overtaken(
      (work) => one.subnets.deleteIn(work, [id(sub)]),
      () => two.subnets.delete!(context, id(sub)),
    );
    refused(again, 'SubnetNotFound');
    const all = await overtaken(
      (work) => one.subnets.deleteIn(work, [id(other)]),
      () => two.networks.delete!(context, id(net)),
    );
    done(all);
  });

  it('changes a subnet as the change before left it', async () => {
    const sub = await subnet(await network(), {
      allocation_pools: [{ start: '10.0.0.10', end: '10.0.0.49' }],
    });
    const outcome = await overtaken(
      (work) => one.subnets.updateIn(work, id(sub), { gateway_ip: '10.0.0.100' }),
      () =>
        two.subnets.update!(context, id(sub), {
          allocation_pools: [{ start: '10.0.0.10', end: '10.0.0.200' }],
        }),
    );
    refused(outcome, 'GatewayConflictWithAllocationPools');
  });

  describe('does without a port that has gone', () => {
    const withoutPort = async (gone: Item, second: (work: Work) => Promise<unknown>) =>
      done(
        await overtaken(
          (work) => one.ports.deleteIn(work, id(gone)),
          () => transact(two.server, context, second),
        ),
      );

    it('when a subnet comes whose addresses follow from the MAC', async () => {
      const net = await network();
      const automatic = { cidr: '2001:db8::/64', ip_version: 6, ipv6_address_mode: 'slaac' };
      await withoutPort(await port(net), (work) =>
        two.subnets.createIn(work, [subnetOf(net, { ...automatic, ipv6_ra_mode: 'slaac' })]),
      );
    });

    it('when a network is taken from a DHCP agent', async () => {
      const net = await network();
      const agent = await reportedAgent(one.server.db, 'DHCP agent', 'a');
      const binding = { network_id: id(net), dhcp_agent_id: agent.id, binding_index: 1 };
      await one.server.db.kysely.insertInto('networkdhcpagentbindings').values(binding).execute();
      const device_id = dhcpDeviceId(agent.host, id(net));
      const served = await port(net, { device_owner: 'network:dhcp', device_id });
      await withoutPort(served, (work) => unhostNetwork(work, two.ports, agent, id(net)));
    });

    it('when a highly available router becomes active elsewhere', async () => {
      const net = await network();
      const { db } = one.server;
      const router_id = await bareRouter(db);
      const agent = await reportedAgent(db, 'L3 agent', 'b');
      const instance = { port_id: id(await port(net)), router_id, l3_agent_id: agent.id };
      await db.kysely.insertInto('ha_router_agent_port_bindings').values(instance).execute();
      const gateway = await port(net, { device_owner: 'network:router_gateway', device_id: router_id });
      await withoutPort(gateway, (work) =>
        storeHaStates(work, two.ports, agent.host, { [router_id]: 'active' }),
      );
    });
  });

  it('does not wire a port for the host that it has left, and tells the others when it is wired on the new one', async () => {
    const moving = await port(await network(), { 'binding:host_id': 'a' });
    const device = `tap${id(moving).slice(0, 11)}`;
    const { methods } = l2pluginEndpoint(two.server, { ...two, statuses: two.ports.statuses });
    const up = (host: string) =>
      methods.update_device_up!(adminContext(), { agent_id: `lb${host}`, device, host });
    const status = async () => (await one.ports.get(context, id(moving))).status;
    const outcome = await overtaken(
      (work) => one.ports.updateIn(work, id(moving), { 'binding:host_id': 'b' }),
      () => up('a'),
    );
    done(outcome);
    assert.equal(await status(), 'DOWN');
    two.outbox.messages.length = 0;
    await up('b');
    assert.equal(await status(), 'ACTIVE');
    assert.ok(two.outbox.messages.some(({ method }) => method === 'add_fdb_entries'));
  });
});
