import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { bridge, ip } from '../../linux/batch.ts';
import { ensureNamespace } from '../../linux/netns.ts';
import { run } from '../../linux/process.ts';
import { inProcess } from '../../messaging/inProcess.ts';
import { adminContext } from '../../rpc/context.ts';
import { client } from '../../rpc/interface.ts';
import { type Question, type ReadAnswer, readback } from '../../rpc/readback.ts';
import { readbackEndpoint } from './readback.ts';

const transport = inProcess();
const server = client(transport, readback('Linux bridge agent'));
await transport.listen('nts-diagnosis-linuxbridge', 'here', [readbackEndpoint()]);

const read = (...questions: Question[]): Promise<readonly ReadAnswer[]> =>
  server.read(adminContext(), { questions }, { server: 'here' });
const one = async (question: Question): Promise<unknown> => {
  const [answer] = await read(question);
  assert.ok(answer && 'answer' in answer, JSON.stringify(answer));
  return answer.answer;
};

const A = '192.0.2.1';
const B = '192.0.2.2';

/** Two namespaces with a wire between them. */
await ensureNamespace('a');
await ensureNamespace('b');
await ip(['link add wa type veth peer name wb', 'link set wa netns a', 'link set wb netns b']);
for (const [netns, device, address] of [
  ['a', 'wa', A],
  ['b', 'wb', B],
] as const)
  await ip([`addr add ${address}/24 dev ${device}`, `link set ${device} up`], { netns });

test('devices, addresses and routes are read where they are, and what is not there is told', async () => {
  const link = (await one({ read: 'link', name: 'wa', netns: 'a' })) as {
    up: boolean;
    carrier: boolean;
    mtu: number;
  };
  assert.deepEqual([link.up, link.carrier, link.mtu], [true, true, 1500]);
  assert.equal(await one({ read: 'link', name: 'wa' }), null);
  assert.equal(await one({ read: 'link', name: 'wa', netns: 'nowhere' }), null);
  assert.equal(await one({ read: 'namespace', name: 'nowhere' }), false);
  assert.deepEqual(
    ((await one({ read: 'addresses', device: 'wa', netns: 'a' })) as string[]).filter(
      (each) => !each.startsWith('fe80'),
    ),
    [`${A}/24`],
  );
  assert.deepEqual(await one({ read: 'route', to: B, netns: 'a' }), { device: 'wa', via: null });
  assert.equal(await one({ read: 'route', to: '203.0.113.1', netns: 'a' }), null);
});

test('a question that fails has no answer, and the others have', async () => {
  const [bad, good] = await read(
    { read: 'addresses', device: 'wa', netns: 'nowhere' },
    { read: 'namespace', name: 'a' },
  );
  assert.match((bad as { failed: string }).failed, /no network namespace "nowhere"/);
  assert.deepEqual(good, { answer: true });
  const [unknown] = await read({ read: 'dhcpHost', networkId: 'n', mac: 'm' });
  assert.match((unknown as { failed: string }).failed, /cannot read dhcpHost/);
});

test('where a tunnel sends a MAC', async () => {
  await ip(['link add vxlan-7 type vxlan id 7 local 127.0.0.1 dstport 8472']);
  await bridge(['fdb replace fa:16:3e:00:00:02 dev vxlan-7 dst 192.0.2.9']);
  assert.deepEqual(await one({ read: 'fdb', device: 'vxlan-7' }), [
    { mac: 'fa:16:3e:00:00:02', destination: '192.0.2.9' },
  ]);
});

test('iptables is walked with its sets and counters', async () => {
  await run(['ipset', 'create', 'NIPv4x', 'hash:net'], { netns: 'b' });
  await run(['ipset', 'add', 'NIPv4x', '198.51.100.0/24'], { netns: 'b' });
  await run(['iptables', '-A', 'INPUT', '-m', 'set', '--match-set', 'NIPv4x', 'src', '-j', 'DROP'], {
    netns: 'b',
  });
  const from = async (source: string) => {
    const packet = { family: 4, source, destination: B, protocol: 'icmp' } as const;
    const walked = await one({ read: 'walk', netns: 'b', table: 'filter', chain: 'INPUT', packet });
    const { verdict, packets } = walked as { verdict: string; packets: number | null };
    return [verdict, packets];
  };
  assert.deepEqual(await from('198.51.100.7'), ['DROP', 0]);
  assert.deepEqual(await from(A), ['ACCEPT', null]);
});

test('who answers ARP and ping, and what fits on the way', async () => {
  assert.match(
    ((await one({ read: 'arp', netns: 'a', device: 'wa', address: B })) as { mac: string }).mac,
    /^..:/,
  );
  assert.equal(await one({ read: 'arp', netns: 'a', device: 'wa', address: '192.0.2.9' }), null);
  assert.equal(
    ((await one({ read: 'echo', netns: 'a', address: B })) as { answered: boolean }).answered,
    true,
  );
  const way = async (address: string, bytes: number) => {
    const { milliseconds: _, ...rest } = (await one({ read: 'way', netns: 'a', address, bytes })) as Record<
      string,
      unknown
    >;
    return rest;
  };
  assert.deepEqual(await way(B, 1500), { state: 'full' });
  assert.deepEqual(await way(B, 1550), {
    state: 'narrow',
    largest: 1500,
    limit: 'the network card of this host',
  });
  assert.equal((await way('192.0.2.9', 1500)).state, 'unreachable');
  await ip(['link set wb mtu 1400'], { netns: 'b' });
  assert.deepEqual(await way(B, 1500), { state: 'narrow', largest: 1400 });
});

test('connections that are tracked, and ports that are listened at', async () => {
  await run(['iptables', '-A', 'INPUT', '-m', 'conntrack', '--ctstate', 'ESTABLISHED', '-j', 'ACCEPT'], {
    netns: 'b',
  });
  await one({ read: 'echo', netns: 'a', address: B });
  const flows = (await one({ read: 'flows', netns: 'b', source: A, destination: B })) as {
    protocol: string;
  }[];
  assert.deepEqual([...new Set(flows.map(({ protocol }) => protocol))], ['icmp']);
  assert.equal(await one({ read: 'listens', netns: 'a', port: 9697 }), false);
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const { port } = listener.address() as { port: number };
  assert.equal(await one({ read: 'listens', port }), true);
  listener.close();
});
