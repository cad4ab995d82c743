import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, type Rule } from './index.ts';

/** A name of this many characters. */
const long = (length: number) => `${'a'.repeat(49)}.`.repeat(6).slice(0, length);
const named = (domain: string): Rule => ({ dns_host_name: { longest: 255, domain } });
const org = named('example.org');
const fip: Rule = { fip_dns_host_name: 255 };
const domain: Rule = { dns_domain_name: 255 };

const reason = (name: string, text: string) => `'${name}' not a valid PQDN or FQDN. Reason: ${text}`;
const tooLong = (size: number) =>
  `The dns_name passed is a PQDN and its size is '${size}'. The dns_domain option in neutron.conf is set to example.org, with a length of '13'. When the two are concatenated to form a FQDN (with a '.' at the end), the resulting length exceeds the maximum size of '255'`;
const foreign =
  "The dns_name passed is a FQDN. Its higher level labels must be equal to the dns_domain option in neutron.conf, that has been set to 'example.org'. It must also include one or more valid DNS labels to the left of 'example.org'";

/** As Python's validators answer. */
const cases: readonly [Rule, unknown, string | undefined][] = [
  [org, '', undefined],
  [org, 'web', undefined],
  [org, 'web.example.org.', undefined],
  [org, 'web.example.com.', foreign],
  [org, 'example.org.', foreign],
  [org, long(242), undefined],
  [org, long(243), tooLong(243)],
  [named('openstacklocal'), 'web.example.com.', undefined],
  [named('openstacklocal'), long(255), undefined],
  [named(''), 'web.example.com.', undefined],
  [org, '-a', reason('-a', "Name '-a' must not start or end with a hyphen")],
  [org, 'a..b', reason('a..b', 'Encountered an empty component')],
  [org, '.', reason('.', 'Encountered an empty component')],
  [org, 'a.1', reason('a.1', "TLD '1' must not be all numeric")],
  [org, '1', undefined],
  [
    org,
    'a_b',
    reason(
      'a_b',
      "Name 'a_b' must be 1-63 characters long, each of which can only be alphanumeric or a hyphen",
    ),
  ],
  [fip, 'web', undefined],
  [fip, 'web.', "'web.' is a FQDN. It should be a relative domain name"],
  [fip, 5, "'5' is not a valid string"],
  [
    fip,
    long(253),
    `'${long(253)}' contains 253 characters. Adding a domain name will cause it to exceed the maximum length of a FQDN of '255'`,
  ],
  [domain, 'example.org.', undefined],
  [domain, '<project_id>.example.org.', undefined],
  [domain, 'example.org', "'example.org' is not a FQDN"],
  [domain, null, "'None' is not a valid string"],
  [
    domain,
    `${long(253)}.`,
    `'${long(253)}.' contains 254 characters. Adding a sub-domain will cause it to exceed the maximum length of a FQDN of '255'`,
  ],
];

for (const [rule, value, expected] of cases) {
  test(`${JSON.stringify(rule)} of ${String(value).slice(0, 40)}`, () =>
    assert.equal(check(rule, value), expected));
}
