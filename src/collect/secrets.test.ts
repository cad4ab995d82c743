import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionGroups } from '../config/options/index.ts';
import { isSecret } from './secretNames.ts';
import { secretRemover, withoutSecrets } from './secrets.ts';

test('every option that is declared secret is hidden, under its former names too, and no other', () => {
  for (const { name: group, options } of optionGroups)
    for (const [name, definition] of Object.entries(options) as [
      string,
      { secret?: boolean; formerly?: string[] },
    ][]) {
      const line = `[${group}]\n${name} = Pl4nted!`;
      assert.equal(
        withoutSecrets(line).includes('Pl4nted!'),
        definition.secret !== true,
        `[${group}] ${name}`,
      );
      if (definition.secret)
        for (const old of definition.formerly ?? []) {
          const [section, former] = old.includes('/') ? (old.split('/') as [string, string]) : [group, old];
          assert.ok(isSecret(section, former), `[${section}] ${former}`);
        }
    }
});

test('a configuration file keeps its form and loses its secrets', () => {
  const text = `[DEFAULT]
transport_url = rabbit://openstack:Pl4nted!@controller,other:Pl4nt%21@two/
# metadata_proxy_shared_secret = Pl4nted!
;nova_admin_password: Pl4nted!
[database]
connection=mysql+pymysql://neutron:Pl4nted!@controller/neutron?charset=utf8
max_pool_size = 5
[oslo_messaging_rabbit]
rabbit_password = Pl4nted!
[vendor]
api-key = Pl4nted!
switch_password =
  Pl4nted!
  Pl4nted!
endpoint = https://user:Pl4nted!@vendor/
auth_url = http://controller:5000`;
  assert.equal(
    withoutSecrets(text),
    `[DEFAULT]
transport_url = ***
# metadata_proxy_shared_secret = ***
;nova_admin_password: ***
[database]
connection=***
max_pool_size = 5
[oslo_messaging_rabbit]
rabbit_password = ***
[vendor]
api-key = ***
switch_password =
  ***
  ***
endpoint = https://user:***@vendor/
auth_url = http://controller:5000`,
  );
});

test('texts of any kind lose the values that the configuration holds, and what looks like a secret', () => {
  const remove = secretRemover([
    '[DEFAULT]\nmetadata_proxy_shared_secret = "Pl4nted secret"\ntransport_url = rabbit://openstack:tw%21st@controller/\n[keystone_authtoken]\nusername = neutron\npassword = neutron',
  ]);
  const cases: readonly (readonly [string, string])[] = [
    ['signed with Pl4nted secret, it says', 'signed with ***, it says'],
    ['PLAIN openstack tw!st and tw%21st', 'PLAIN openstack *** and ***'],
    ['the neutron service of user neutron', 'the neutron service of user neutron'],
    ['X-Auth-Token: gAAAAABlPl4ntedPl4nted', 'X-Auth-Token: ***'],
    ['token gAAAAABlPl4ntedPl4ntedPl4nted== was refused', 'token *** was refused'],
    ['Authorization: Bearer Pl4ntedPl4nted', 'Authorization: Bearer ***'],
    ["{'password': 'Pl4nted!', 'name': 'x'}", "{'password': ***, 'name': 'x'}"],
    ['{"admin_pass": "a", "secret":"Pl4nted,!"}', '{"admin_pass": ***, "secret":***}'],
    ['    auth_pass Pl4nted!', '    auth_pass ***'],
    ['mysql --password Pl4nted! -u neutron', 'mysql --password *** -u neutron'],
    ['a\n-----BEGIN RSA PRIVATE KEY-----\nPl4nted\n-----END RSA PRIVATE KEY-----\nb', 'a\n***\nb'],
    ['http://neutron:Pl4nted!@controller/', 'http://neutron:***@controller/'],
  ];
  for (const [text, expected] of cases) {
    assert.equal(remove(text), expected);
  }
});
