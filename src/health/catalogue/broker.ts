import { problem } from '../problem.ts';

/** The message broker, over which server and agents talk. */

export const brokerUnreachable = problem({
  code: 'broker_unreachable',
  title: 'Message broker cannot be reached',
  severity: 'error',
  sentence: ({ host, address, reason }: { host: string; address: string; reason: string }) =>
    `${host} cannot reach the message broker at ${address}: ${reason}`,
  cause:
    'Server and agents talk through RabbitMQ. Without it no agent reports, so the server takes them all for dead, and no change reaches a host.',
  fix: ({ address }) =>
    `start RabbitMQ on its machine, let its port through the firewall there, and check that transport_url in /etc/neutron/neutron.conf names it (now ${address})`,
  command: () => 'systemctl restart rabbitmq-server',
  dependsOn: ['name_unresolvable', 'transport_url_missing'],
  example: { host: 'compute', address: 'controller:5672', reason: 'connection refused' },
});

export const brokerRefusesCredentials = problem({
  code: 'broker_refuses_credentials',
  title: 'Message broker refuses the user or password',
  severity: 'error',
  sentence: ({ user, address }: { user: string; address: string }) =>
    `the message broker at ${address} refuses user ${user}`,
  cause:
    'The user or the password in transport_url (or rabbit_userid and rabbit_password) is not one that RabbitMQ knows. The process tries again for ever, and does nothing meanwhile.',
  fix: ({ user }) =>
    `give user ${user} in RabbitMQ the password of the configuration file, or correct the file; if there is no such user, make it with rabbitmqctl add_user ${user} PASSWORD and rabbitmqctl set_permissions ${user} ".*" ".*" ".*"`,
  command: ({ user }) => `rabbitmqctl change_password ${user} PASSWORD`,
  dependsOn: ['broker_unreachable'],
  example: { user: 'openstack', address: 'controller:5672' },
});

export const transportUrlInvalid = problem({
  code: 'transport_url_invalid',
  title: 'transport_url cannot be read',
  severity: 'error',
  sentence: ({ reason }: { reason: string }) => reason,
  cause:
    'Server and agents find each other by transport_url. None of them starts with one that it cannot read.',
  fix: () =>
    'write transport_url = rabbit://openstack:PASSWORD@controller/ in section [DEFAULT] of /etc/neutron/neutron.conf; signs like @ and / in the password as %40 and %2F',
  example: { reason: 'transport_url: there is no driver rabit; did you mean rabbit://?' },
});

export const brokerVhostMissing = problem({
  code: 'broker_vhost_missing',
  title: 'Virtual host of the message broker does not exist or is closed to the user',
  severity: 'error',
  sentence: ({ vhost, user, address }: { vhost: string; user: string; address: string }) =>
    `the message broker at ${address} does not let user ${user} into virtual host ${vhost}`,
  cause:
    'RabbitMQ keeps the queues of different systems apart in virtual hosts; what follows the last / of transport_url names one, and nothing there names the one called /. Either there is none of this name, or the user has no permissions in it.',
  fix: ({ vhost, user }) =>
    `give ${user} its permissions in ${vhost}; if it does not exist, make it first with rabbitmqctl add_vhost ${vhost}`,
  command: ({ vhost, user }) => `rabbitmqctl set_permissions -p ${vhost} ${user} ".*" ".*" ".*"`,
  dependsOn: ['broker_unreachable', 'broker_refuses_credentials'],
  example: { vhost: 'neutron', user: 'openstack', address: 'controller:5672' },
});

export const queueWithoutConsumers = problem({
  code: 'queue_without_consumers',
  title: 'Nobody reads a queue of the message broker',
  severity: 'error',
  sentence: ({ queue, program, waiting }: { queue: string; program: string; waiting: number | undefined }) =>
    waiting === undefined
      ? `the message broker has no queue ${queue}, which ${program} reads`
      : `nobody reads queue ${queue}, as ${program} should; ${waiting} messages wait in it`,
  cause:
    'Whoever is addressed over RPC reads a queue of its own. When nobody does, questions are not answered and changes do not arrive: agents look dead, or new ports stay DOWN. The daemon does not run, hangs, or is connected to another broker or virtual host.',
  fix: ({ program }) => `see in its log whether ${program} is connected to this broker, and start it again`,
  command: ({ program }) => `systemctl restart ${program}`,
  dependsOn: [
    'broker_unreachable',
    'broker_refuses_credentials',
    'broker_vhost_missing',
    'server_not_running',
    'server_not_answering',
    'l2_agent_not_running',
    'agent_not_running',
  ],
  example: { queue: 'q-plugin', program: 'neutron-server', waiting: 12 },
});

export const rpcHubUnreachable = problem({
  code: 'rpc_hub_unreachable',
  title: 'The server cannot be reached for RPC',
  severity: 'error',
  sentence: ({ address, reason }: { address: string; reason: string }) =>
    `nothing answers for RPC at ${address}: ${reason}`,
  cause:
    'Without a message broker neutron-server itself relays the messages between server and agents (ZeroMQ). While this host does not reach it, its agents do not report and no change arrives.',
  fix: ({ address }) =>
    `start neutron-server on the controller, let port ${address.replace(/^.*:/, '')} through the firewall there, and check that transport_url names the controller (now ${address})`,
  command: () => 'systemctl restart neutron-server',
  dependsOn: [
    'name_unresolvable',
    'name_is_loopback',
    'server_not_running',
    'server_not_answering',
    'transport_url_missing',
  ],
  example: { address: 'controller:9501', reason: 'connection refused' },
});

/** For root on a host other than the controller. */
const FETCH_KEYS =
  'mkdir -p -m 700 /etc/neutron/rpc-keys && scp controller:/etc/neutron/rpc-keys/{server.key,client.key_secret} /etc/neutron/rpc-keys/';

export const rpcKeysMissing = problem({
  code: 'rpc_keys_missing',
  title: 'Keys for RPC are missing or cannot be read',
  severity: 'error',
  sentence: ({ reason }: { reason: string }) => reason,
  cause:
    'RPC that leaves a machine is encrypted with keys, made once on the controller. Without them the daemons of this host do not start.',
  fix: () =>
    'make them on the controller with neutron-rpc-keys /etc/neutron/rpc-keys, and copy server.key and client.key_secret to the other hosts',
  command: () => FETCH_KEYS,
  example: { reason: 'RPC key /etc/neutron/rpc-keys/client.key_secret cannot be read (ENOENT)' },
});

export const rpcKeyRefused = problem({
  code: 'rpc_key_refused',
  title: 'Keys for RPC do not fit',
  severity: 'error',
  sentence: ({ address, directory }: { address: string; directory: string }) =>
    `${address} answers, and does not take the keys of ${directory}`,
  cause:
    'The server admits a client whose key it has, and the client a server whose key it has. The keys of this host and of the controller were not made together, for example because they were made anew on the controller after they had been copied.',
  fix: () => 'copy server.key and client.key_secret from the controller again and restart the agents',
  command: () => FETCH_KEYS,
  dependsOn: ['rpc_hub_unreachable', 'rpc_keys_missing'],
  example: { address: 'controller:9501', directory: '/etc/neutron/rpc-keys' },
});
