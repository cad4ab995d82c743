import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockPorts } from '../../services/ports/lock.ts';
import type { Port } from '../../services/ports/rows.ts';
import type { Item } from '../../services/service.ts';
import { transact } from '../../services/work.ts';
import { reportedAgent } from '../../testing.ts';
import { admin, coreForTest } from '../testing.ts';

const id = (item: Item): string => item.id as string;
const addresses = (item: Item): string[] =>
  (item.fixed_ips as { ip_address: string }[]).map(({ ip_address }) => ip_address);

test('tells of ports that are wired together in one message, and of all networks of their host in another', async (t) => {
  const core = await coreForTest();
  t.after(() => core.close());
  const context = admin();
  for (const [host, tunneling_ip] of [
    ['compute', '10.0.0.65'],
    ['controller', '10.0.0.66'],
  ] as const)
    await reportedAgent(core.server.db, 'Linux bridge agent', host, {
      tunnel_types: ['vxlan'],
      l2_population: true,
      tunneling_ip,
    });
  const port = async (net: Item, host: string): Promise<Item> => {
    const wanted = { name: '', tenant_id: 'admin', network_id: id(net), 'binding:host_id': host };
    return (await core.ports.create!(context, [wanted]))[0]!;
  };
  const nets = await core.networks.create!(context, [
    { name: 'a', tenant_id: 'admin' },
    { name: 'b', tenant_id: 'admin' },
  ]);
  for (const [index, net] of nets.entries()) {
    const cidr = `10.${index + 2}.0.0/24`;
    const subnet = { name: '', tenant_id: 'admin', network_id: id(net), ip_version: 4, enable_dhcp: false };
    await core.subnets.create!(context, [{ ...subnet, cidr }]);
  }
  const there = [await port(nets[0]!, 'controller'), await port(nets[1]!, 'controller')];
  const here = [
    await port(nets[0]!, 'compute'),
    await port(nets[0]!, 'compute'),
    await port(nets[1]!, 'compute'),
  ];
  const wire = (ports: readonly Item[]) =>
    transact(core.server, context, async (work) => {
      await lockPorts(work.tx, ports.map(id));
      const found = await core.ports.listIn(work.tx, { id: ports.map(id) });
      await core.ports.statuses.provisioned(work, found as Port[], 'L2');
    });
  await wire(there);
  core.outbox.messages.length = 0;
  await wire(here);
  const flood = ['00:00:00:00:00:00', '0.0.0.0'];
  const entry = (made: Item) => [made.mac_address, addresses(made)[0]];
  const told = () =>
    core.outbox.messages
      .filter(({ method }) => method.endsWith('fdb_entries'))
      .map(({ target, args }) => {
        const tables = args.fdb_entries as Record<string, { ports: Record<string, unknown[]> }>;
        const ports = nets.map((net) => tables[id(net)]?.ports);
        return [target.server ?? 'all', ...ports.map((by) => by && Object.entries(by))];
      });
  const sorted = (entries: unknown[]) => entries.toSorted((a, b) => String(a).localeCompare(String(b)));
  assert.deepEqual(
    told().map(([to, ...tables]) => [
      to,
      ...tables.map((table) =>
        (table as [string, unknown[]][]).map(([tunnel, list]) => [tunnel, sorted(list)]),
      ),
    ]),
    [
      [
        'compute',
        [['10.0.0.66', sorted([flood, entry(there[0]!)])]],
        [['10.0.0.66', sorted([flood, entry(there[1]!)])]],
      ],
      [
        'all',
        [['10.0.0.65', sorted([flood, entry(here[0]!), entry(here[1]!)])]],
        [['10.0.0.65', sorted([flood, entry(here[2]!)])]],
      ],
    ],
  );
  core.outbox.messages.length = 0;
  await transact(core.server, context, async (work) => {
    const found = await core.ports.listIn(work.tx, { id: here.slice(0, 2).map(id) });
    await core.ports.statuses.set(work, found as Port[], 'DOWN');
  });
  assert.deepEqual(
    told().map(([to, first, second]) => [to, (first as [string, unknown[]][])[0]![1].length, second]),
    [['all', 3, undefined]],
    'both addresses and the flooding entry, and nothing of the other network',
  );
});

test('takes back what it told of a port that was wired and never served by DHCP', async (t) => {
  const core = await coreForTest();
  t.after(() => core.close());
  const context = admin();
  await reportedAgent(core.server.db, 'Linux bridge agent', 'compute', {
    tunnel_types: ['vxlan'],
    l2_population: true,
    tunneling_ip: '10.0.0.65',
  });
  const [net] = await core.networks.create!(context, [{ name: 'a', tenant_id: 'admin' }]);
  const network_id = id(net!);
  const subnet = { name: '', tenant_id: 'admin', network_id, ip_version: 4, cidr: '10.2.0.0/24' };
  await core.subnets.create!(context, [subnet]);
  const wanted = { name: '', tenant_id: 'admin', network_id, 'binding:host_id': 'compute' };
  const [port] = await core.ports.create!(context, [wanted]);
  await transact(core.server, context, async (work) => {
    const found = (await core.ports.listIn(work.tx, { id: [id(port!)] })) as Port[];
    await core.ports.statuses.set(work, found, 'BUILD');
  });
  core.outbox.messages.length = 0;
  await core.ports.delete!(context, id(port!));
  const { args } = core.outbox.messages.find(({ method }) => method === 'remove_fdb_entries')!;
  const { ports } = (args.fdb_entries as Record<string, { ports: Record<string, unknown[]> }>)[network_id]!;
  assert.deepEqual(ports['10.0.0.65'], [
    ['00:00:00:00:00:00', '0.0.0.0'],
    [port!.mac_address, addresses(port!)[0]],
  ]);
});
