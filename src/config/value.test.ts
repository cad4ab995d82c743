import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bool, dict, float, host, int, ip, list, multi, type OptionDefinition, port, str } from './option.ts';
import { parseValue, withoutRemark } from './value.ts';

const level = str('a', '', { choices: ['None', 'MAC'], ignoreCase: true });

const good: readonly (readonly [OptionDefinition<unknown>, string, unknown])[] = [
  ...['true', 'True', '1', 'yes', 'ON'].map((word) => [bool(false, ''), word, true] as const),
  ...['false', 'FALSE', '0', 'no', 'off'].map((word) => [bool(true, ''), word, false] as const),
  [int(1, ''), '42', 42],
  [int(1, ''), '-1', -1],
  [int(7, ''), '', 7],
  [int(1, '', { min: 0, max: 5 }), '5', 5],
  [float(1, ''), '0.5', 0.5],
  [float(1, ''), '1e3', 1000],
  [port(1, ''), '65535', 65535],
  [port(null, ''), '', null],
  [str('', ''), 'a, b = c', 'a, b = c'],
  [str('', ''), '', ''],
  [level, 'mac', 'MAC'],
  [list([], ''), 'flat, vlan ,vxlan', ['flat', 'vlan', 'vxlan']],
  [list([], ''), 'a,\nb', ['a', 'b']],
  [list([], ''), '', []],
  [list([], ''), 'a,,b,', ['a', 'b']],
  [multi([], ''), 'a,b', 'a,b'],
  [dict({}, ''), 'public:eno1, x:y:z', { public: 'eno1', x: 'y:z' }],
  [dict({}, ''), '', {}],
  [ip(null, ''), '192.168.81.66', '192.168.81.66'],
  [ip(null, ''), 'fe80::1', 'fe80::1'],
  [host('', ''), 'controller', 'controller'],
  [host('', ''), 'a.b-c.example.org', 'a.b-c.example.org'],
  [host('', ''), '::1', '::1'],
];

for (const [definition, text, value] of good) {
  test(`${definition.type} '${text.replace('\n', '⏎')}'`, () =>
    assert.deepEqual(parseValue(text, definition), { value }));
}

const bad: readonly [OptionDefinition<unknown>, string, string][] = [
  [bool(false, ''), 'maybe', 'True or False'],
  [bool(false, ''), '', 'True or False'],
  [int(1, ''), '1.5', 'a whole number'],
  [int(1, ''), 'ten', 'a whole number'],
  [int(1, '', { min: 1 }), '0', 'a whole number, 1 or more'],
  [int(1, '', { max: 9 }), '10', 'a whole number, 9 or less'],
  [int(1, '', { min: 1, max: 9 }), '10', 'a whole number from 1 to 9'],
  [float(1, ''), '1,5', 'a number'],
  [port(1, ''), '65536', 'a port number from 0 to 65535'],
  [port(1, ''), '-1', 'a port number from 0 to 65535'],
  [level, 'DES', 'one of None, MAC'],
  [str('', '', { choices: ['a', 'b'] }), 'A', 'one of a, b'],
  [dict({}, ''), 'public', 'key:value pairs, separated by commas'],
  [ip(null, ''), '192.168.81.256', 'an IP address'],
  [ip(null, ''), 'controller', 'an IP address'],
  [host('', ''), 'a b', 'a host name or an IP address'],
  [host('', ''), '', 'a host name or an IP address'],
];

for (const [definition, text, expected] of bad) {
  test(`${definition.type} '${text}' is not ${expected}`, () =>
    assert.deepEqual(parseValue(text, definition), { expected }));
}

const remarks: readonly [string, string][] = [
  ['192.168.81.65(compute IP地址)', '192.168.81.65'],
  ['Test(与nova.conf中的值相同)', 'Test'],
  ['1500 # bytes', '1500'],
  ['True  ; as on the controller', 'True'],
  ['a#b', 'a#b'],
  ['rabbit://openstack:opst@controller/', 'rabbit://openstack:opst@controller/'],
];

for (const [text, value] of remarks) {
  test(`'${text}' without its remark is '${value}'`, () => assert.equal(withoutRemark(text), value));
}
