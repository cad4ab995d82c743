import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../../../linux/addresses.ts';
import type { Link } from '../../../linux/links.ts';
import { nicFindings } from '../../../linux/mappedCards.ts';
import { mappingFindings } from '../../../linux/mappings.ts';
import type { RunningDaemon } from '../../daemons.ts';
import { localIpFinding, sharedSubnets } from './addresses.ts';
import { halfServer } from './daemons.ts';
import { whyNot } from './files.ts';
import { connectionFindings, entriesOf, neighbourFinding, roomFor } from './limits.ts';
import { strayAddresses } from './nics.ts';
import { isOlder } from './programs.ts';

const linksOf = (...some: (Partial<Link> & { name: string })[]): ReadonlyMap<string, Link> =>
  new Map(
    some.map((link, at) => [
      link.name,
      { index: at + 1, mac: 'fa:16:3e:00:00:01', mtu: 1500, up: true, carrier: true, ...link },
    ]),
  );
const addressOn = (device: string, cidr: string, dynamic = false): Address => ({
  device,
  cidr,
  scope: 'global',
  dynamic,
});
const codes = (findings: readonly ({ code: string } | undefined)[]) => findings.map((one) => one?.code);

const BRIDGE = 'brq0123456789a';
const PUBLIC = [{ physicalNetwork: 'public', device: 'eno1' }];

test('the card of a mapping', () => {
  const judge = (links: ReadonlyMap<string, Link>, carrier = true, bridges = [] as typeof PUBLIC) =>
    nicFindings({ nics: PUBLIC, bridges }, links, () => carrier, {});
  const cases: readonly (readonly [string, string[], ReturnType<typeof judge>])[] = [
    ['well', [], judge(linksOf({ name: 'eno1' }))],
    [
      'in a bridge of Neutron',
      [],
      judge(linksOf({ name: 'eno1', master: BRIDGE }, { name: BRIDGE, kind: 'bridge' })),
    ],
    ['missing', ['mapped_nic_missing'], judge(linksOf({ name: 'eno2' }))],
    ['a bridge', ['mapped_nic_is_bridge'], judge(linksOf({ name: 'eno1', kind: 'bridge' }))],
    ['down', ['mapped_nic_down'], judge(linksOf({ name: 'eno1', up: false }))],
    ['without a cable', ['mapped_nic_no_carrier'], judge(linksOf({ name: 'eno1' }), false)],
    [
      'in a bridge of others',
      ['mapped_nic_elsewhere'],
      judge(linksOf({ name: 'eno1', master: 'virbr0' }, { name: 'virbr0', kind: 'bridge' })),
    ],
    [
      'in a bridge that is mapped as well',
      [],
      judge(linksOf({ name: 'eno1', master: 'br0' }, { name: 'br0', kind: 'bridge' }), true, [
        { physicalNetwork: 'office', device: 'br0' },
      ]),
    ],
    [
      'a mapped bridge that is none',
      ['mapped_bridge_missing'],
      judge(linksOf({ name: 'eno1' }), true, [{ physicalNetwork: 'office', device: 'br0' }]),
    ],
  ];
  for (const [name, expected, found] of cases) assert.deepEqual(codes(found), expected, name);
});

test('of the cards that there are the one is suggested that was meant', () => {
  const [finding] = nicFindings(
    { nics: [{ physicalNetwork: 'public', device: 'enp3so' }], bridges: [] },
    linksOf({ name: 'lo' }, { name: 'enp3s0' }, { name: 'wlp2s0' }, { name: 'tap01234567-89' }),
    () => true,
    {},
  );
  assert.match(finding!.text, /there are: enp3s0, wlp2s0: did you mean enp3s0\?$/);
});

test('pairs that cannot be read, and names that stand twice', () => {
  const judge = (...pairs: string[]) => codes(mappingFindings('bridge_mappings', pairs, {}));
  assert.deepEqual(judge('public:eno1', 'office:eno2'), []);
  assert.deepEqual(judge('public'), ['mapping_malformed']);
  assert.deepEqual(judge('public:eno1:2'), ['mapping_malformed']);
  assert.deepEqual(judge('public:'), ['mapping_malformed']);
  assert.deepEqual(judge('public:eno1', 'public:eno2'), ['mapping_twice']);
  assert.deepEqual(judge('public:eno1', 'office:eno1'), ['mapping_twice']);
});

test('an address on a card in a bridge is astray; one that the kernel gave the card is not', () => {
  const links = linksOf({ name: 'eno1', master: BRIDGE }, { name: BRIDGE, kind: 'bridge' });
  const judge = (...addresses: Address[]) => codes(strayAddresses(links, addresses, {}));
  assert.deepEqual(judge(addressOn(BRIDGE, '192.0.2.1/24')), []);
  assert.deepEqual(judge(addressOn('eno1', '2001:db8::1/64', true)), []);
  assert.deepEqual(judge(addressOn('eno1', '192.0.2.1/24')), ['address_on_bridged_nic']);
});

test('local_ip', () => {
  const links = linksOf(
    { name: 'lo' },
    { name: 'eno1', master: BRIDGE },
    { name: BRIDGE, kind: 'bridge' },
    { name: 'brqffffffffffa', kind: 'bridge' },
    { name: 'tap01234567-89', master: 'brqffffffffffa' },
    { name: 'eno2', up: false },
  );
  const addresses = [
    { ...addressOn('lo', '127.0.0.1/8'), scope: 'host' },
    addressOn(BRIDGE, '192.0.2.1/24'),
    addressOn('brqffffffffffa', '192.0.2.2/24'),
    addressOn('eno2', '192.0.2.3/24'),
    addressOn(BRIDGE, '2001:db8::1/64'),
  ];
  const judge = (localIp: string | null) =>
    localIpFinding(localIp, links, addresses, { nics: PUBLIC, bridges: [] }, {})?.code;
  assert.equal(judge('192.0.2.1'), undefined);
  assert.equal(judge('2001:0db8::0001'), undefined);
  assert.equal(judge(null), 'local_ip_unset');
  assert.equal(judge('192.0.2.9'), 'local_ip_missing');
  assert.equal(judge('127.0.0.1'), 'local_ip_unreachable');
  assert.equal(judge('192.0.2.2'), 'local_ip_unreachable');
  assert.equal(judge('192.0.2.3'), 'local_ip_unreachable');
});

test('two interfaces in one subnet', () => {
  const links = linksOf({ name: 'eno1' }, { name: 'eno2' }, { name: 'eno3', up: false });
  const judge = (...addresses: Address[]) => codes(sharedSubnets(links, addresses, {}));
  assert.deepEqual(judge(addressOn('eno1', '192.0.2.1/24'), addressOn('eno2', '192.0.2.2/24')), [
    'subnet_on_two_nics',
  ]);
  assert.deepEqual(judge(addressOn('eno1', '192.0.2.1/24'), addressOn('eno1', '192.0.2.2/24')), []);
  assert.deepEqual(judge(addressOn('eno1', '192.0.2.1/24'), addressOn('eno3', '192.0.2.2/24')), []);
  assert.deepEqual(judge(addressOn('eno1', '192.0.2.1/25'), addressOn('eno2', '192.0.2.200/25')), []);
});

test('who may write into a directory', () => {
  const user = { name: 'neutron', uid: 7, gids: [8, 9] };
  const judge = (mode: number, uid: number, gid: number) => whyNot(user, { mode, uid, gid }) === undefined;
  assert.ok(judge(0o755, 7, 1));
  assert.ok(!judge(0o755, 1, 9));
  assert.ok(judge(0o775, 1, 9));
  assert.ok(judge(0o777, 1, 1));
  assert.ok(!judge(0o077, 7, 9), "the owner's own bits count, whatever others may");
  assert.equal(whyNot({ name: 'root', uid: 0, gids: [0] }, { mode: 0o500, uid: 7, gid: 1 }), undefined);
});

test('limits against what will be', () => {
  assert.equal(neighbourFinding(4, 1024, 800, {}), undefined);
  assert.match(
    neighbourFinding(4, 1024, 900, {})!.command!,
    /gc_thresh3=4096 .*thresh2=2048 .*thresh1=1024$/,
  );
  assert.equal(roomFor(1024), 4096);
  const text =
    'entries  allocs   destroys table_fulls\n0000001f 0000097a 000008ba 00000000\n0000001f 0 0 0\n';
  assert.equal(entriesOf(text), 31);
  const tables = [
    { where: 'this host', count: 10 },
    { where: 'qrouter-1', count: 950 },
  ];
  assert.deepEqual(
    connectionFindings(tables, 1000, {}).map(({ text: said }) => said),
    ['950 of at most 1000 connections are tracked in qrouter-1'],
  );
});

test('versions are compared by their numbers', () => {
  assert.ok(isOlder('2.9', '2.67'));
  assert.ok(!isOlder('2.90', '2.67'));
  assert.ok(!isOlder('2.67', '2.67'));
  assert.ok(isOlder('2.66rc1', '2.67'));
  assert.ok(!isOlder('3', '2.67'));
});

test("of Debian's two halves of Python's server both run, or neither, or ours takes the place of one", () => {
  const server = (kind: RunningDaemon['kind'], part?: RunningDaemon['part']): RunningDaemon => ({
    program: 'neutron-server',
    kind,
    ...(part ? { part } : {}),
    process: { pid: 1, parent: 0, user: 0, name: '', words: [], started: 0 },
  });
  const api = server('Python', 'neutron-api');
  const rpc = server('Python', 'neutron-rpc-server');
  const cases: readonly (readonly [readonly RunningDaemon[], readonly string[]])[] = [
    [[], []],
    [[api, rpc], []],
    [[server('Python')], []],
    [[server('neutron-ts')], []],
    [[server('neutron-ts'), rpc], []],
    [[api], ['neutron-api runs and neutron-rpc-server does not']],
    [[rpc], ['neutron-rpc-server runs and neutron-api does not']],
  ];
  for (const [daemons, texts] of cases)
    assert.deepEqual(
      halfServer(daemons, 'controller').map(({ text }) => text),
      texts,
    );
});
