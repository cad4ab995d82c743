import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDatabaseUrl } from './url.ts';

const local = { dialect: 'mariadb', host: 'h', port: 3306, user: 'u', password: 'p', database: 'neutron' };

const cases: readonly [string, object][] = [
  ['sqlite://', { dialect: 'sqlite', path: ':memory:' }],
  ['sqlite:///neutron.sqlite', { dialect: 'sqlite', path: 'neutron.sqlite' }],
  [
    'sqlite:////var/lib/neutron/neutron.sqlite',
    { dialect: 'sqlite', path: '/var/lib/neutron/neutron.sqlite' },
  ],
  ['mysql://u:p@h/neutron', local],
  ['mysql+pymysql://u:p@h/neutron?charset=utf8', local],
  ['mariadb+mysqldb://u:p@h:3307/neutron', { ...local, port: 3307 }],
  ['mysql://u:p%40%2Fx@[::1]/neutron', { ...local, host: '::1', password: 'p@/x' }],
  [
    'mysql://u:p@localhost/neutron?unix_socket=/run/m.sock',
    { ...local, host: 'localhost', socketPath: '/run/m.sock' },
  ],
  ['mysql://u:p@h/neutron?ssl_ca=/etc/ca.pem', { ...local, ssl: { ca: '/etc/ca.pem' } }],
];

for (const [url, location] of cases) {
  test(`${url} is understood`, () => assert.deepEqual(parseDatabaseUrl(url), location));
}

for (const url of [
  'postgresql://u:secret@h/neutron',
  'neutron',
  'mysql:/u:secret@h',
  'mysql+pymysql//u:secret@h',
]) {
  test(`${url} is refused without telling the password`, () =>
    assert.throws(
      () => parseDatabaseUrl(url),
      (error: Error) => error.message.includes('sqlite:////path') && !error.message.includes('secret'),
    ));
}

test('a URL without a database is refused', () =>
  assert.throws(() => parseDatabaseUrl('mysql://u:p@h'), /without the database's name/));
