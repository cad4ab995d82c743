import { problem } from '../problem.ts';

/** Keystone, which says who somebody is, and its catalogue of services. */

const CONF = '/etc/neutron/neutron.conf';

export const keystoneUrlMissing = problem({
  code: 'keystone_url_missing',
  title: 'The server is not told where Keystone is',
  severity: 'error',
  sentence: () => 'auth_strategy is keystone, and section [keystone_authtoken] has no auth_url',
  cause:
    'Every request carries a token of Keystone, which the server lets Keystone judge. Without its address every request is refused.',
  fix: () =>
    `set auth_url = http://controller:5000, username, password, project_name and the domains in section [keystone_authtoken] of ${CONF} and restart neutron-server`,
  example: {},
});

export const keystoneUnreachable = problem({
  code: 'keystone_unreachable',
  title: 'Keystone cannot be reached',
  severity: 'error',
  sentence: ({ url, reason, section, meant }: Unreached) =>
    `Keystone at ${url} ([${section}] auth_url) cannot be reached: ${reason}` +
    (meant === undefined ? '' : `; something answers at ${meant}`),
  cause:
    'Every request carries a token of Keystone, which the server lets Keystone judge. While Keystone cannot be asked, every request is answered 503.',
  fix: ({ section, meant }) =>
    meant === undefined
      ? `start Keystone (it runs inside Apache), and check that auth_url in section [${section}] of ${CONF} names it`
      : `write auth_url = ${meant} in section [${section}] of ${CONF} and restart neutron-server: Keystone has no port of its own for administrators any more`,
  command: ({ meant }) => (meant === undefined ? 'systemctl restart apache2' : undefined),
  dependsOn: ['name_unresolvable'],
  example: {
    url: 'http://controller:35357',
    section: 'keystone_authtoken',
    reason: 'connection refused',
    meant: 'http://controller:5000',
  },
});

interface Unreached {
  readonly url: string;
  readonly section: string;
  readonly reason: string;
  /** Where something answers instead. */
  readonly meant?: string;
}

export const keystoneNotThere = problem({
  code: 'keystone_not_there',
  title: 'What answers is not Keystone',
  severity: 'error',
  sentence: ({ url, section, answer }: { url: string; section: string; answer: string }) =>
    `at ${url} ([${section}] auth_url) something answers that is not Keystone's API of version 3: ${answer}`,
  cause:
    'auth_url is to be where Keystone itself answers, without a path or with /v3. Another service, another path or a proxy gives no tokens.',
  fix: ({ section }) =>
    `look up Keystone's address with 'openstack endpoint list --service keystone' and write it as auth_url in section [${section}] of ${CONF}`,
  command: ({ url }) => `curl -s ${url}/v3`,
  dependsOn: ['keystone_unreachable'],
  example: { url: 'http://controller:8774', section: 'keystone_authtoken', answer: '404 Not Found' },
});

export const keystoneRefusesUser = problem({
  code: 'keystone_refuses_user',
  title: 'Keystone refuses a user or its password',
  severity: 'error',
  sentence: ({ user, section }: { user: string; section: string }) =>
    `Keystone refuses user ${user} of section [${section}]: wrong name, password or domain`,
  cause:
    'With the user of [keystone_authtoken] the server checks the tokens of everybody else: as long as it is refused, every request is answered 503. With the user of [nova] it tells Nova that ports are ready: as long as it is refused, machines do not start.',
  fix: ({ user, section }) =>
    `write the password that Keystone has for ${user} in section [${section}] of ${CONF} and restart neutron-server, or set it anew in Keystone`,
  command: ({ user }) => `openstack user set --password-prompt ${user}`,
  dependsOn: ['keystone_unreachable', 'keystone_not_there'],
  example: { user: 'neutron', section: 'keystone_authtoken' },
});

export const keystoneUserWithoutRole = problem({
  code: 'keystone_user_without_role',
  title: 'User has no role in its project',
  severity: 'error',
  sentence: ({ user, project, section, roles }: Roles) =>
    `user ${user} of section [${section}] ${roles.length > 0 ? `is not admin in project ${project}, only ${roles.join(', ')}` : `has no role in project ${project}, or there is no such project`}`,
  cause:
    'Name and password are right. What a user may do follows from its roles in a project; judging the tokens of others and telling Nova of ports needs the role admin.',
  fix: ({ user, project }) => `give ${user} the role admin in project ${project}`,
  command: ({ user, project }) => `openstack role add --project ${project} --user ${user} admin`,
  dependsOn: ['keystone_refuses_user'],
  example: { user: 'neutron', project: 'service', section: 'keystone_authtoken', roles: [] },
});

interface Roles {
  readonly user: string;
  readonly project: string;
  readonly section: string;
  /** Those that it has. */
  readonly roles: readonly string[];
}

export const networkEndpointMissing = problem({
  code: 'network_endpoint_missing',
  title: 'Keystone does not know where Neutron is',
  severity: 'error',
  sentence: ({ faces }: { faces: readonly string[]; region: string }) =>
    `Keystone's catalogue has no ${faces.join(', no ')} endpoint of a service of type network`,
  cause:
    'Commands, Horizon and Nova ask Keystone for the address of the network service. Where its catalogue has none they say that they cannot find it, whatever else works.',
  fix: () =>
    "create what is missing: 'openstack service create --name neutron network' once, and an endpoint for each of public, internal and admin",
  command: ({ faces, region }) =>
    `for face in ${faces.join(' ')}; do openstack endpoint create --region ${region} network $face http://controller:9696; done`,
  example: { faces: ['public', 'internal', 'admin'], region: 'RegionOne' },
});

export const networkEndpointUnreachable = problem({
  code: 'network_endpoint_unreachable',
  title: "The network service's address in Keystone leads nowhere",
  severity: 'error',
  sentence: ({ url, faces, reason }: { url: string; faces: readonly string[]; reason: string }) =>
    `Keystone's catalogue says that Neutron is at ${url} (${faces.join(', ')}): ${reason}`,
  cause: 'Commands, Horizon and Nova go where the catalogue sends them. Nothing of Neutron answers there.',
  fix: () =>
    'start neutron-server, or correct the address of the endpoint; it must be one that all hosts reach, and its port is 9696',
  command: () => 'openstack endpoint list --service network',
  dependsOn: ['server_not_running', 'server_not_answering'],
  example: { url: 'http://controler:9696', faces: ['public'], reason: 'its name is unknown here' },
});

export const nameUnresolvable = problem({
  code: 'name_unresolvable',
  title: 'Name of a host is unknown',
  severity: 'error',
  sentence: ({ name, options }: { name: string; options: readonly string[] }) =>
    `${name} is no name that this host knows; it stands in ${options.join(', ')}`,
  cause:
    'A name must be turned into an address before anything can be sent there. Neither /etc/hosts nor the DNS server of this host knows this one: it is misspelt, or a line is missing in /etc/hosts.',
  fix: ({ name }) => `correct the name, or add a line ADDRESS ${name} to /etc/hosts on every host`,
  command: ({ name }) => `getent hosts ${name}`,
  example: { name: 'controler', options: ['[DEFAULT] transport_url'] },
});

export const nameIsLoopback = problem({
  code: 'name_is_loopback',
  title: "A host's name leads to itself",
  severity: 'warning',
  sentence: ({ name, address, option }: { name: string; address: string; option: string }) =>
    `${name} is ${address} here, so what ${option} names is reached from this host alone`,
  cause:
    'Debian writes the own name of a host with 127.0.1.1 into /etc/hosts. A server that listens on its name then listens only for its own host, and the others are refused.',
  fix: ({ name }) =>
    `replace 127.0.1.1 before ${name} in /etc/hosts with the host's address on the network, and restart neutron-server`,
  command: ({ name }) => `grep -n ${name} /etc/hosts`,
  example: { name: 'controller', address: '127.0.1.1', option: '[DEFAULT] transport_url' },
});

export const serverNotAnswering = problem({
  code: 'server_not_answering',
  title: 'The API does not answer',
  severity: 'error',
  sentence: ({ url, reason }: { url: string; reason: string }) =>
    `neutron-server does not answer at ${url}: ${reason}`,
  cause:
    'Every command, Horizon and Nova speak to this address. Without an answer nothing can be looked at or changed; what runs goes on.',
  fix: () =>
    'read the end of /var/log/neutron/server.log, which says why it did not start or what it waits for, and start it again',
  command: () => 'systemctl restart neutron-server',
  dependsOn: [
    'server_not_running',
    'database_unreachable',
    'database_refuses_user',
    'database_missing',
    'database_not_migrated',
    'database_other_release',
    'port_taken',
  ],
  example: { url: 'http://127.0.0.1:9696/', reason: 'connection refused' },
});
