import { hostAddress, hostWith } from '../topology.ts';
import type { Deployment } from './deployment.ts';
import { planHost } from './plan.ts';

const RPC_KEYS = '/etc/neutron/rpc-keys';

/** neutron.conf without a database server, a broker or Keystone. */
export const embeddedConf = (controllerAddress: string, servicePlugins: string) => `[DEFAULT]
core_plugin = ml2
service_plugins = ${servicePlugins}
auth_strategy = noauth
bind_host = 127.0.0.1
state_path = /var/lib/neutron
notify_nova_on_port_status_changes = False
notify_nova_on_port_data_changes = False
transport_url = zmq://${controllerAddress}:9501/

[database]
connection = sqlite:////var/lib/neutron/neutron.sqlite
`;

/** The least that works: SQLite, ZeroMQ with keys of its own, no authentication on loopback. No server to install. */
export const embedded: Deployment = {
  name: 'embedded',
  plan: (topology, host) =>
    planHost(topology, host, {
      neutronConf: embeddedConf(hostAddress(hostWith(topology, 'control')), 'router'),
    }),
  prepare: [['neutron-rpc-keys', RPC_KEYS]],
  shared: [`${RPC_KEYS}/server.key`, `${RPC_KEYS}/client.key_secret`],
  clientEnv: { OS_URL: 'http://127.0.0.1:9696' },
};
