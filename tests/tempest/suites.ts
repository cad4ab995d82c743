/** The suites of tests that the exam knows, all of Debian's packages, and what they find prepared. */
import { join } from 'node:path';
import { run } from '../../src/linux/process.ts';

export const suites = {
  tempest: 'tempest.api.network',
  plugin: 'neutron_tempest_plugin.api',
  client: 'openstackclient.tests.functional.network.v2',
  sdk: 'openstack.tests.functional.network.v2',
  /** neutronclient's own, with our `neutron` command. */
  neutron: 'neutronclient.tests.functional.core',
} as const;

export type Suite = keyof typeof suites;

/** Failures that are none of the server's: a part of the test's name or of its failure, and why it fails here. */
export const beyondTheExam: readonly (readonly [part: string, why: string])[] = [
  ['test_router_interface_status', 'asks for an L3 agent that plugs ports'],
  ['openstackclient.tests.functional.network.v2.test_network_qos_', 'asks for QoS, which is not deployed'],
  [
    'openstackclient.tests.functional.network.v2.test_network_meter',
    'asks for metering, which is not deployed',
  ],
  [
    'openstackclient.tests.functional.network.v2.test_network_segment.',
    'asks for segments, which are not deployed',
  ],
  [
    ' extension list -f value -c Alias',
    'the openstack client lists extensions only where there is a compute service',
  ],
];

export const keystone = { url: 'http://127.0.0.1:5000/v3', password: 'te-admin-pass' };

/** The clouds that the suites of clients log in to, by DevStack's names: a clouds.yaml. */
export function cloudsFile(): string {
  const cloud = (name: string, password: string) => ({
    region_name: 'RegionOne',
    auth: {
      auth_url: keystone.url,
      username: name,
      project_name: name,
      password,
      user_domain_id: 'default',
      project_domain_id: 'default',
    },
  });
  return JSON.stringify({
    clouds: {
      'devstack-admin': cloud('admin', keystone.password),
      devstack: cloud('te-user-0', 'te-user-pass'),
      'devstack-alt': cloud('te-user-1', 'te-user-pass'),
    },
  });
}

/** Makes what DevStack makes: default subnet pools, from which topologies are allocated, and a network `private`. */
export async function resembleDevStack(root: string): Promise<void> {
  const env = {
    OS_AUTH_URL: keystone.url,
    OS_USERNAME: 'admin',
    OS_PASSWORD: keystone.password,
    OS_PROJECT_NAME: 'admin',
    OS_USER_DOMAIN_ID: 'default',
    OS_PROJECT_DOMAIN_ID: 'default',
  };
  const neutron = (...words: string[]) => run([join(root, 'bin/neutron'), ...words], { env });
  const pool = ['subnetpool-create', '--shared', '--is-default', 'True'];
  const v4 = ['--default-prefixlen', '26', '--pool-prefix', '10.0.0.0/22'];
  const v6 = ['--default-prefixlen', '64', '--pool-prefix', 'fd10:1::/56'];
  await neutron(...pool, ...v4, 'shared-default-subnetpool-v4');
  await neutron(...pool, ...v6, 'shared-default-subnetpool-v6');
  await neutron('net-create', 'private');
}
