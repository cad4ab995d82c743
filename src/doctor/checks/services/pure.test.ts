import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf } from '../../../messaging/rabbit/probe.ts';
import { isUsable } from '../../../server/db/version.ts';
import { keystoneBase } from '../../../server/identity/serviceToken.ts';
import { missingPrivileges } from './grants.ts';

const ALL = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP', 'INDEX', 'REFERENCES'];
const USAGE = "GRANT USAGE ON *.* TO `neutron`@`%` IDENTIFIED BY PASSWORD '*5B'";

const grants: readonly [name: string, lines: readonly string[], missing: readonly string[]][] = [
  ['everything in the database', [USAGE, 'GRANT ALL PRIVILEGES ON `neutron`.* TO `neutron`@`%`'], []],
  ['everything everywhere', ['GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION'], []],
  ['a pattern', ['GRANT ALL PRIVILEGES ON `neu%`.* TO `neutron`@`%`'], []],
  ['an escaped name of another database', ['GRANT ALL PRIVILEGES ON `neutron\\_db`.* TO `neutron`@`%`'], ALL],
  ['nothing', [USAGE], ALL],
  ['another database', [USAGE, 'GRANT ALL PRIVILEGES ON `nova`.* TO `neutron`@`%`'], ALL],
  [
    'rows alone',
    ['GRANT SELECT, INSERT, UPDATE, DELETE ON `neutron`.* TO `neutron`@`%`'],
    ['CREATE', 'ALTER', 'DROP', 'INDEX', 'REFERENCES'],
  ],
  [
    'from two lines',
    [
      'GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO `n`@`%`',
      'GRANT CREATE, ALTER, DROP, INDEX, REFERENCES ON `neutron`.* TO `n`@`%`',
    ],
    [],
  ],
  ['one table', ['GRANT SELECT ON `neutron`.`ports` TO `neutron`@`%`'], ALL],
  ['a role, whose rights are not known', [USAGE, 'GRANT `services` TO `neutron`@`%`'], []],
];

for (const [name, lines, missing] of grants) {
  test(`rights in database neutron: ${name}`, () => {
    assert.deepEqual(missingPrivileges(lines, 'neutron'), missing);
  });
}

const versions: readonly [string, boolean][] = [
  ['10.11.19-MariaDB-0+deb12u1', true],
  ['5.5.5-10.6.12-MariaDB-log', true],
  ['11.4.2-MariaDB', true],
  ['10.5.0-MariaDB', true],
  ['10.3.39-MariaDB', false],
  ['5.5.68-MariaDB', false],
  ['8.0.36', false],
];

for (const [version, usable] of versions) {
  test(`${version} is ${usable ? '' : 'not '}a database server to use`, () => {
    assert.equal(isUsable(version), usable);
  });
}

const urls: readonly [string, string][] = [
  ['http://controller:5000', 'http://controller:5000'],
  ['http://controller:5000/', 'http://controller:5000'],
  ['http://controller:35357/v2.0', 'http://controller:35357'],
  ['http://controller:5000/v3/', 'http://controller:5000'],
  ['https://controller/identity/v3', 'https://controller/identity'],
];

for (const [url, base] of urls) test(`Keystone of ${url}`, () => assert.equal(keystoneBase(url), base));

const refusals: readonly [string, string, string][] = [
  ['ACCESS_REFUSED', 'Login was refused using authentication mechanism PLAIN', 'user'],
  ['NOT_ALLOWED', "vhost 'neutron' not found", 'vhost'],
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5672', 'unreachable'],
];

for (const [code, message, state] of refusals) {
  test(`a broker that says ${code}: ${state}`, () => assert.equal(refusalOf({ code, message }).state, state));
}
