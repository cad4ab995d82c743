import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskSecrets } from './mask.ts';

const cases: readonly [string, string][] = [
  ['rabbit://openstack:opst@controller:5672/', 'rabbit://openstack:***@controller:5672/'],
  ['mysql+pymysql://neutron:p@ss:w@h/neutron up', 'mysql+pymysql://neutron:***@h/neutron up'],
  ['password = opst', 'password = ***'],
  ['{"auth": {"password": "op st", "user": "u"}}', '{"auth": {"password": ***, "user": "u"}}'],
  ["{'metadata_proxy_shared_secret': 'abc'}", "{'metadata_proxy_shared_secret': ***}"],
  ['X-Auth-Token: gAAAAAB', 'X-Auth-Token: ***'],
  ['admin_password=x, user=y', 'admin_password=***, user=y'],
  ['https://controller:5000/v3 answered 401', 'https://controller:5000/v3 answered 401'],
  ['port 1 passed', 'port 1 passed'],
  ['the password was wrong', 'the password was wrong'],
];
for (const [text, masked] of cases) test(text, () => assert.equal(maskSecrets(text), masked));
test('no password of several servers is left', () =>
  assert.ok(!maskSecrets('rabbit://u:one@a:1,u:two@b:2/v').match(/one|two/)));
