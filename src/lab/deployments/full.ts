import type { RunningHost } from '../host.ts';
import { startKeystone } from '../services/keystone.ts';
import { startMariadb } from '../services/mariadb.ts';
import { startRabbitmq } from '../services/rabbitmq.ts';
import type { Deployment } from './deployment.ts';
import { neutronConf } from './guideFiles.ts';
import { planHost } from './plan.ts';

const upgrade =
  '--config-file /etc/neutron/neutron.conf --config-file /etc/neutron/plugins/ml2/ml2_conf.ini upgrade head';

/** MariaDB, RabbitMQ and Keystone; the database in the host's memory, or in a directory of the machine's disk. */
export const guideServices = (databaseDirectory?: string) => async (control: RunningHost) => {
  const identity = startMariadb(control, databaseDirectory).then(() => startKeystone(control));
  await Promise.all([identity, startRabbitmq(control)]);
};

/** The guide's own deployment: real MariaDB, RabbitMQ and Keystone, its files as they stand in the text. */
export const full: Deployment = {
  name: 'full',
  services: guideServices(),
  plan: (topology, host) => planHost(topology, host, { neutronConf }),
  prepare: [['neutron-db-manage', ...upgrade.split(' ')]],
  clientEnv: {
    OS_PROJECT_DOMAIN_ID: 'default',
    OS_USER_DOMAIN_ID: 'default',
    OS_PROJECT_NAME: 'admin',
    OS_TENANT_NAME: 'admin',
    OS_USERNAME: 'admin',
    OS_PASSWORD: 'admin',
    OS_AUTH_URL: 'http://controller:35357/v3',
    OS_IDENTITY_API_VERSION: '3',
  },
};
