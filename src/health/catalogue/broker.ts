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
    `give user ${user} in RabbitMQ the password of the configuration file, or correct the file`,
  command: ({ user }) => `rabbitmqctl change_password ${user} PASSWORD`,
  dependsOn: ['broker_unreachable'],
  example: { user: 'openstack', address: 'controller:5672' },
});
