import { waitForPort } from '../deployments/processes.ts';
import { type RunningHost, runIn, startIn, writeIn } from '../host.ts';
import { nodeProgram, projectRoot } from '../paths.ts';

// The lab's passwords are no secret, so their hash need not be slow.
const KEYSTONE_CONF = `[database]
connection = mysql+pymysql://keystone:keystone@controller/keystone

[token]
provider = fernet

[identity]
password_hash_rounds = 4
`;

const asKeystone = [
  'setpriv',
  '--reuid',
  'keystone',
  '--regid',
  'keystone',
  '--init-groups',
  'env',
  'HOME=/var/lib/keystone',
];

/** A real Keystone on 5000 and 35357 with the guide's second step done: user, role, service and endpoints. */
export async function startKeystone(host: RunningHost): Promise<void> {
  await writeIn(host, '/etc/keystone/keystone.conf', KEYSTONE_CONF);
  const keys = ['--keystone-user', 'keystone', '--keystone-group', 'keystone'];
  await runIn(host, [...asKeystone, 'keystone-manage', 'db_sync']);
  await runIn(host, ['keystone-manage', 'fernet_setup', ...keys]);
  await runIn(host, ['keystone-manage', 'credential_setup', ...keys]);
  await runIn(host, [
    ...asKeystone,
    'keystone-manage',
    'bootstrap',
    '--bootstrap-password',
    'admin',
    ...bootstrapUrls,
  ]);
  await startIn(host, [...asKeystone, 'uwsgi', ...uwsgiOptions], '/var/log/keystone.out');
  await waitForPort(host, 5000, 60);
  await runIn(host, [nodeProgram, `${projectRoot}/src/lab/tools/keystoneSetup.ts`]);
}

const bootstrapUrls = [
  ...['--bootstrap-admin-url', 'http://controller:35357/v3/'],
  ...['--bootstrap-internal-url', 'http://controller:5000/v3/'],
  ...['--bootstrap-public-url', 'http://controller:5000/v3/'],
  ...['--bootstrap-region-id', 'RegionOne'],
];

// Without 'Connection: close' uwsgi's plain HTTP socket drops kept-alive connections under clients.
const uwsgiOptions = [
  ...['--plugins', 'python3', '--master', '--lazy-apps', '--die-on-term', '--enable-threads'],
  ...['--processes', '2', '--threads', '4', '--buffer-size', '65535', '--add-header', 'Connection: close'],
  ...['--http-socket', '0.0.0.0:5000', '--http-socket', '0.0.0.0:35357'],
  ...['--chdir', '/var/lib/keystone', '--wsgi-file', '/usr/bin/keystone-wsgi-public', '--disable-logging'],
];
