import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NeutronError } from '../fault.ts';
import { type ConverterName, convert } from './index.ts';
import samples from './samples.json' with { type: 'json' };
import { protocols } from './securityGroups.ts';

/** What the converter gives, or `!` and the type of its error: how the samples of Python Neutron are written. */
function outcome(name: ConverterName, value: unknown): unknown {
  try {
    return convert(name, value);
  } catch (error) {
    assert(error instanceof NeutronError);
    return `!${error.type}`;
  }
}

for (const [name, rows] of Object.entries(samples)) {
  test(`${name} converts as Neutron does`, () => {
    for (const [given, expected] of rows) {
      assert.deepEqual(outcome(name as ConverterName, given), expected, JSON.stringify(given));
    }
  });
}

test('filters on lists of dictionaries', () => {
  const pairs = convert('kvp_list_to_dict', ['ip_address=10.0.0.5', 'ip_address=10.0.0.6', 'subnet_id=a']);
  assert.deepEqual({ ...(pairs as object) }, { ip_address: ['10.0.0.5', '10.0.0.6'], subnet_id: ['a'] });
  assert.equal(outcome('kvp_list_to_dict', ['a']), '!InvalidInput');
});

const securityGroups: readonly [ConverterName, unknown, unknown][] = [
  ['protocol', null, null],
  ['protocol', 'TCP', 'tcp'],
  ['protocol', 6, '6'],
  ['protocol', '255', '255'],
  ['protocol', 300, '!SecurityGroupRuleInvalidProtocol'],
  ['protocol', 'foo', '!SecurityGroupRuleInvalidProtocol'],
  ['protocol', [], '!SecurityGroupRuleInvalidProtocol'],
  ['validate_port_value', null, null],
  ['validate_port_value', '80', 80],
  ['validate_port_value', 65536, '!SecurityGroupInvalidPortValue'],
  ['validate_port_value', -1, '!SecurityGroupInvalidPortValue'],
  ['validate_port_value', 'x', '!SecurityGroupInvalidPortValue'],
  ['ethertype_to_case_insensitive', 'ipv6', 'IPv6'],
  ['ethertype_to_case_insensitive', 'IPX', '!SecurityGroupRuleInvalidEtherType'],
  ['ethertype_to_case_insensitive', 4, '!SecurityGroupRuleInvalidEtherType'],
  ['ip_prefix_to_cidr', null, null],
  ['ip_prefix_to_cidr', '10.0.0.5', '10.0.0.5/32'],
  ['ip_prefix_to_cidr', '10.0.0.5/24', '10.0.0.5/24'],
  ['ip_prefix_to_cidr', 'FD00::/8', 'fd00::/8'],
  ['ip_prefix_to_cidr', 'x', '!InvalidCIDR'],
];

test("security group rules' values", () => {
  for (const [name, given, expected] of securityGroups) {
    assert.deepEqual(outcome(name, given), expected, `${name} ${given}`);
  }
});

test('the refusal of a protocol lists the known ones as Python prints them', () => {
  assert.throws(() => convert('protocol', 'foo'), {
    message: `Security group rule protocol foo not supported. Only protocol values [None, ${protocols
      .slice(1)
      .map((name) => `'${name}'`)
      .join(', ')}] and integer representations [0 to 255] are supported.`,
  });
});
