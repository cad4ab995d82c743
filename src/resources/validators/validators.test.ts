import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NeutronError } from '../fault.ts';
import { check, type Rule } from './index.ts';
import { parseNetwork } from './netaddr.ts';

const id = '6f1b8a8e-5d3c-4c1e-9f61-0d4c1e8b7a11';
const keyRules: Rule = {
  dict_or_nodata: {
    network_id: { validate: 'uuid', required: true },
    on: { validate: 'boolean', convert: 'boolean' },
  },
};
const alternatives: Rule = {
  list_of_any_key_specs_or_none: [{ opt_name: { validate: { not_empty_string: 64 }, required: true } }],
};

/** rule, value, what is wrong with it (undefined: nothing; `Type: text`: an error of its own). */
const cases: readonly [Rule, unknown, string | undefined][] = [
  [{ string: 5 }, 'abcde', undefined],
  [{ string: 5 }, 'abcdef', "'abcdef' exceeds maximum length of 5"],
  [{ string: 5 }, 5, "'5' is not a valid string"],
  [{ string: 5 }, null, "'None' is not a valid string"],
  [{ string: 5 }, ['a'], "'['a']' is not a valid string"],
  [{ string: 2 }, '😀😀', undefined],
  [{ string_or_none: 5 }, null, undefined],
  [{ not_empty_string: 5 }, '  ', "'  ' Blank strings are not permitted"],
  [{ oneline_not_empty_string: 9 }, 'a\nb', "Multi-line string is not allowed: 'a\nb'"],
  [{ oneline_not_empty_string_or_none: 9 }, null, undefined],
  [{ values: [4, 6] }, 5, '5 is not in valid_values'],
  [{ values: [4, 6] }, 4, undefined],
  [{ values: ['slaac'] }, null, 'None is not in valid_values'],
  [{ range: [-1, 10] }, -2, "'-2' is too small - must be at least '-1'"],
  [{ range: [-1, 10] }, '11', "'11' is too large - must be no larger than '10'"],
  [{ range: [-1, 10] }, 'x', "'x' is not an integer"],
  [{ range: [-1, 10] }, true, undefined],
  [{ range: [-1, 10] }, 1.5, undefined],
  ['non_negative', -1, "'-1' should be non-negative"],
  ['non_negative', 'a', "'a' is not an integer"],
  ['uuid', id, undefined],
  ['uuid', id.replaceAll('-', ''), undefined],
  ['uuid', 'x', "'x' is not a valid UUID"],
  ['uuid', null, "'None' is not a valid UUID"],
  ['uuid_or_none', null, undefined],
  ['uuid_list', 'x', "'x' is not a list"],
  ['uuid_list', [id, id], `Duplicate items in the list: '${id}'`],
  ['uuid_list', ['x'], "'x' is not a valid UUID"],
  ['ip_address', '10.0.0.1', undefined],
  ['ip_address', '10.0.0', "'10.0.0' is not a valid IP address"],
  ['ip_address', '10.0.0.256', "'10.0.0.256' is not a valid IP address"],
  ['ip_address', '10.0.0.010', "'10.0.0.010' is not an accepted IP address, '10.0.0.10' is recommended"],
  ['ip_address', ' 10.0.0.1', "' 10.0.0.1' is not a valid IP address"],
  ['ip_address', 'fe80::1', undefined],
  ['ip_address', 5, "'5' is not a valid IP address"],
  ['ip_address_or_none', null, undefined],
  ['subnet', '10.0.0.0/24', undefined],
  ['subnet', '10.0.0.1', "'10.0.0.1' isn't a recognized IP subnet cidr, '10.0.0.1/32' is recommended"],
  ['subnet', '10.0.0.0/33', "'10.0.0.0/33' is not a valid IP subnet"],
  ['subnet', 'fd00::/64', undefined],
  ['subnet_or_none', null, undefined],
  ['mac_address', 'fa:16:3e:00:00:01', undefined],
  ['mac_address', 'FA-16-3E-00-00-01', undefined],
  ['mac_address', 'fa163e000001', undefined],
  ['mac_address', '00:00:00:00:00:00', "'00:00:00:00:00:00' is not a valid MAC address"],
  ['mac_address', 'zz', "'zz' is not a valid MAC address"],
  ['mac_address', 'fa:16:3e:00:00', "'fa:16:3e:00:00' is not a valid MAC address"],
  ['ip_pools', 'x', "Invalid data format for IP pool: 'x'"],
  ['ip_pools', [5], "Invalid input. '5' must be a dictionary with keys: ['start', 'end']"],
  ['ip_pools', [{ start: '10.0.0.1', end: 'x' }], "'x' is not a valid IP address"],
  ['fixed_ips', {}, "Invalid data format for fixed IP: '{}'"],
  ['fixed_ips', ['x'], "Invalid data format for fixed IP: 'x'"],
  ['fixed_ips', [{ ip_address: '10.0.0.1' }, { ip_address: '10.0.0.1' }], "Duplicate IP address '10.0.0.1'"],
  ['fixed_ips', [{ subnet_id: 'x' }], "'x' is not a valid UUID"],
  ['nameservers', ['8.8.8.8', '8.8.8.8'], "Duplicate nameserver '8.8.8.8'"],
  ['nameservers', ['x'], "'x' is not a valid nameserver. 'x' is not a valid IP address"],
  ['nameservers', 5, "Invalid data format for nameserver: '5'"],
  [
    'hostroutes',
    [{ destination: '10.0.0.1/8', nexthop: '10.0.0.1' }],
    "'10.0.0.1/8' is not a recognized CIDR, '10.0.0.0/8' is recommended",
  ],
  [
    'hostroutes',
    [{ destination: '127.1.0.0/16', nexthop: '10.0.0.1' }],
    "'127.1.0.0/16' is not a routable CIDR",
  ],
  ['subnet_list', ['10.0.0.1'], "'10.0.0.1' isn't a recognized IP subnet cidr, '10.0.0.1/32' is recommended"],
  ['hostroutes', [{ destination: 'x', nexthop: 'y' }], "'x' is not a valid CIDR"],
  [
    'hostroutes',
    [{ destination: '10.0.0.0/8' }],
    "Validation of dictionary's keys failed. Expected keys: {'destination', 'nexthop'} Provided keys: {'destination'}",
  ],
  [
    'hostroutes',
    [
      { destination: '10.0.0.0/8', nexthop: '1.1.1.1' },
      { destination: '10.0.0.0/8', nexthop: '1.1.1.1' },
    ],
    "Duplicate hostroute '{'destination': '10.0.0.0/8', 'nexthop': '1.1.1.1'}'",
  ],
  [{ dict_or_none: null }, 'x', "'x' is not a dictionary"],
  [keyRules, null, undefined],
  [keyRules, {}, undefined],
  [keyRules, { network_id: id, on: 'true' }, undefined],
  [
    keyRules,
    { bogus: 1 },
    "Validation of dictionary's keys failed. Expected keys: {'network_id'} Provided keys: {'bogus'}",
  ],
  [keyRules, { network_id: id, bogus: 1 }, 'Unexpected keys supplied: bogus'],
  [alternatives, null, undefined],
  [
    alternatives,
    [{ opt_name: '' }],
    "InvalidInput: Invalid input for operation: No valid key specs matched for: {'opt_name': ''}.",
  ],
  [{ list_of_unique_strings: 3 }, ['a', 'a'], "Duplicate items in the list: 'a'"],
  [{ list_of_unique_strings: 3 }, ['abcd'], "'abcd' exceeds maximum length of 3"],
  [{ allowed_address_pairs: 10 }, 'x', 'HTTPBadRequest: Allowed address pairs must be a list.'],
  [{ allowed_address_pairs: 10 }, [{ ip_address: 'x' }], "HTTPBadRequest: 'x' is not a valid IP address"],
  [{ allowed_address_pairs: 10 }, [{ mac_address: 'x' }], "HTTPBadRequest: 'x' is not a valid MAC address"],
  [
    { allowed_address_pairs: 10 },
    [{}],
    'AllowedAddressPairsMissingIP: AllowedAddressPair must contain ip_address',
  ],
  [
    { allowed_address_pairs: 10 },
    [{ ip_address: '10.1.0.77' }, { ip_address: '10.1.0.77' }],
    'DuplicateAddressPairInRequest: Request contains duplicate address pair: mac_address None ip_address 10.1.0.77.',
  ],
  [
    { allowed_address_pairs: 1 },
    [{ ip_address: '10.1.0.77' }, { ip_address: '10.1.0.78' }],
    'AllowedAddressPairExhausted: The number of allowed address pair exceeds the maximum 1.',
  ],
  [
    { allowed_address_pairs: 10 },
    [{ ip_address: '10.1.0.77', x: 1 }],
    "HTTPBadRequest: Unrecognized attribute(s) 'x'",
  ],
  [
    'availability_zone_hint_list',
    ['a'.repeat(252)],
    'InvalidInput: Invalid input for operation: Too many availability_zone_hints specified.',
  ],
  [
    'list_of_subnet_service_types',
    [5],
    'InvalidInputSubnetServiceType: Subnet service type 5 is not a string.',
  ],
  [
    'list_of_subnet_service_types',
    ['x'],
    'InvalidSubnetServiceType: Subnet service type x does not correspond to a valid device owner.',
  ],
  ['list_of_subnet_service_types', ['network:router_gateway', 'compute:nova'], undefined],
  ['subnetpool_id_or_none', 'prefix_delegation', undefined],
  ['subnetpool_id_or_none', 'x', "'x' is not a valid UUID"],
  ['network_segments', [{ bogus: 1 }], "HTTPBadRequest: Unrecognized attribute(s) 'bogus'"],
  [
    { name_not_default: 255 },
    'Default',
    'SecurityGroupDefaultAlreadyExists: Default security group already exists.',
  ],
];

function verdict(rule: Rule, value: unknown): string | undefined {
  try {
    return check(rule, value);
  } catch (error) {
    assert(error instanceof NeutronError);
    return `${error.type}: ${error.message}`;
  }
}

for (const [rule, value, expected] of cases) {
  test(`${JSON.stringify(rule).slice(0, 60)} on ${JSON.stringify(value)}`, () => {
    assert.equal(verdict(rule, structuredClone(value)), expected);
  });
}

test('networks in the spellings of netaddr', () => {
  const spellings: readonly [string, string | undefined][] = [
    ['10.1.0.5/24', '10.1.0.0/24'],
    ['10.1/16', '10.1.0.0/16'],
    ['10.1.0.0/255.255.0.0', '10.1.0.0/16'],
    ['10.1.0.0/0.0.255.255', '10.1.0.0/16'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0::5/47', '2001:db8::/47'],
    ['::ffff:10.0.0.1/128', '::ffff:10.0.0.1/128'],
    ['10.0.0.0/8/8', undefined],
    ['10.0.0.0/255.0.255.0', undefined],
    ['', undefined],
    ['fe80::1%eth0/64', undefined],
  ];
  for (const [text, cidr] of spellings) assert.equal(parseNetwork(text)?.cidr, cidr, text);
});
