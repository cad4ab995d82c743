import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attribute, attributes, decode, encode, numberOf, text, textOf } from './message.ts';
import { readRefusal } from './refusal.ts';
import { requestOf } from './words/index.ts';
import { Words } from './words/words.ts';

const INDICES: Readonly<Record<string, number>> = { tap1: 7, brq1: 8, eno1: 9, 'vxlan-7': 10, 'qr-1': 11 };
const names = {
  indexOf: (device: string) => INDICES[device]!,
  namespace: () => 33,
};

/** Lines with what goes to the kernel for them: type, flags beside REQUEST and ACK, body. */
const LINES: readonly (readonly [string, number, number, string])[] = [
  ['link set tap1 up', 16, 0, '00000000 07000000 01000000 01000000'],
  ['link set tap1 down', 16, 0, '00000000 07000000 00000000 01000000'],
  ['link set tap1 master brq1', 16, 0, '00000000 07000000 00000000 00000000 08000a00 08000000'],
  ['link set tap1 nomaster', 16, 0, '00000000 07000000 00000000 00000000 08000a00 00000000'],
  ['link set tap1 mtu 1450 up', 16, 0, '00000000 07000000 01000000 01000000 08000400 aa050000'],
  ['link del tap1', 17, 0, '00000000 07000000 00000000 00000000'],
  [
    'link add brq9 type bridge forward_delay 0 stp_state 0',
    16,
    0x600,
    '00000000 00000000 00000000 00000000 09000300 62727139 00000000 24001200 0b000100 62726964 67650000 14000200 08000100 00000000 08000500 00000000',
  ],
  [
    'link add tap2 type veth peer name qr-2 address fa:16:3e:00:00:01 netns qrouter-1',
    16,
    0x600,
    '00000000 00000000 00000000 00000000 09000300 74617032 00000000 48001200 09000100 76657468 00000000 38000200 34000100 00000000 00000000 00000000 00000000 09000300 71722d32 00000000 0a000100 fa163e00 00010000 08001c00 21000000',
  ],
  [
    'link add vxlan-7 type vxlan id 7 local 10.0.0.1 dev eno1 srcport 1000 2000 dstport 4789 proxy',
    16,
    0x600,
    '00000000 00000000 00000000 00000000 0c000300 76786c61 6e2d3700 44001200 0a000100 76786c61 6e000000 34000200 08000100 07000000 08000400 0a000001 08000300 09000000 08000a00 03e807d0 06000f00 12b50000 05000b00 01000000',
  ],
  [
    'addr replace 172.16.1.1/24 brd + scope global dev qr-1',
    20,
    0x500,
    '02180000 0b000000 08000200 ac100101 08000100 ac100101 08000400 ac1001ff',
  ],
  [
    'addr del fe80::1/64 dev qr-1',
    21,
    0,
    '0a400000 0b000000 14000200 fe800000 00000000 00000000 00000001 14000100 fe800000 00000000 00000000 00000001',
  ],
  [
    'route replace default via 10.0.0.254 dev eno1 proto static',
    24,
    0x500,
    '02000000 fe040001 00000000 08000500 0a0000fe 08000400 09000000',
  ],
  [
    'route replace 10.9.0.0/16 scope link dev eno1 proto static',
    24,
    0x500,
    '02100000 fe04fd01 00000000 08000100 0a090000 08000400 09000000',
  ],
  [
    'route del default via fe80::1 dev eno1',
    25,
    0,
    '0a000000 fe00ff00 00000000 14000500 fe800000 00000000 00000000 00000001 08000400 09000000',
  ],
  [
    'fdb append 00:00:00:00:00:00 dev vxlan-7 dst 10.0.0.2',
    28,
    0xc00,
    '07000000 0a000000 80000200 0a000200 00000000 00000000 08000100 0a000002',
  ],
  [
    'neigh replace 10.0.0.5 lladdr fa:16:3e:00:00:01 dev vxlan-7 nud permanent',
    28,
    0x500,
    '02000000 0a000000 80000000 08000100 0a000005 0a000200 fa163e00 00010000',
  ],
  ['neigh del 10.0.0.5 dev vxlan-7', 29, 0, '02000000 0a000000 00000000 08000100 0a000005'],
];

for (const [line, type, flags, body] of LINES) {
  test(line, () => {
    const request = requestOf(line, names);
    assert.deepEqual(
      [request.type, request.flags, request.body.toString('hex')],
      [type, flags, body.replaceAll(' ', '')],
    );
  });
}

test('a route that names no address is of the family that is told', () => {
  const family = (line: string, told?: 4 | 6) => requestOf(line, names, told).body[0];
  assert.deepEqual(
    [family('route del default'), family('route del default', 6), family('route del default via fd00::1', 4)],
    [2, 10, 10],
  );
});

for (const line of [
  'link sit tap1',
  'link set tap1 upp',
  'rule add',
  'addr add 10.0.0.1/24 lost dev tap1',
  'link add x',
  'link set tap1 mtu many',
]) {
  test(`words that mean nothing here are named: ${line}`, () => {
    assert.throws(() => requestOf(line, names), /is no word that this is written for/);
  });
}

test('quotes hold words together', () => {
  const words = new Words('link set lo alias "probe until 12:00"');
  assert.deepEqual([...Array(5)].map(() => words.take()).at(-1), 'probe until 12:00');
});

test('messages and their attributes come back as they were', () => {
  const body = Buffer.concat([attribute(3, text('tap1')), attribute(18, attribute(1, text('veth')))]);
  const one = { type: 16, flags: 5, sequence: 9, body };
  const datagram = Buffer.concat([encode(one), encode({ ...one, sequence: 10 })]);
  assert.deepEqual(
    [...decode(datagram)].map(({ sequence }) => sequence),
    [9, 10],
  );
  const found = attributes([...decode(datagram)][0]!.body);
  assert.equal(textOf(found.get(3)), 'tap1');
  assert.equal(textOf(attributes(found.get(18)!).get(1)), 'veth');
  assert.equal(numberOf(undefined), undefined);
});

test('a datagram that is cut off ends where it is', () => {
  const whole = encode({ type: 16, flags: 0, sequence: 1, body: Buffer.alloc(16) });
  assert.equal([...decode(Buffer.concat([whole, whole.subarray(0, 20)]))].length, 1);
});

test('a refusal says what the kernel said beside its number', () => {
  const number = Buffer.alloc(4);
  number.writeInt32LE(-95);
  const body = Buffer.concat([number, Buffer.alloc(16), attribute(1, text('Unknown device type'))]);
  assert.deepEqual(readRefusal({ type: 2, flags: 0x300, sequence: 1, body }), {
    number: 95,
    text: 'Operation not supported: Unknown device type',
  });
  assert.equal(readRefusal({ type: 2, flags: 0x100, sequence: 1, body: Buffer.alloc(20) }), undefined);
});
