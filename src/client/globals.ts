import { type Argument, flag, option } from './argparse/argument.ts';
import { retries, seconds } from './argparse/types.ts';

/** The version of the original client whose commands and output these are. */
export const version = '8.1.0';

interface Credential {
  readonly name: string;
  readonly metavar: string;
  readonly help: string;
  /** Also spelt with underscores. */
  readonly underscored?: boolean;
  readonly exclusive?: string;
}

const credentials: readonly Credential[] = [
  {
    name: 'auth-url',
    metavar: 'auth-url',
    help: 'Where Keystone is, $OS_AUTH_URL by default.',
    underscored: true,
  },
  {
    name: 'tenant-name',
    metavar: 'auth-tenant-name',
    help: 'Name of the project, $OS_TENANT_NAME by default.',
    exclusive: 'project name',
  },
  {
    name: 'project-name',
    metavar: 'auth-project-name',
    help: 'The same, $OS_PROJECT_NAME by default.',
    exclusive: 'project name',
  },
  { name: 'tenant_name', metavar: '', help: '' },
  {
    name: 'tenant-id',
    metavar: 'auth-tenant-id',
    help: 'ID of the project, $OS_TENANT_ID by default.',
    exclusive: 'project id',
  },
  {
    name: 'project-id',
    metavar: 'auth-project-id',
    help: 'The same, $OS_PROJECT_ID by default.',
    exclusive: 'project id',
  },
  {
    name: 'username',
    metavar: 'auth-username',
    help: 'Name of the user, $OS_USERNAME by default.',
    underscored: true,
  },
  {
    name: 'user-id',
    metavar: 'auth-user-id',
    help: 'ID of the user, $OS_USER_ID by default.',
    underscored: true,
  },
  {
    name: 'user-domain-id',
    metavar: 'auth-user-domain-id',
    help: "ID of the user's domain, $OS_USER_DOMAIN_ID by default.",
    underscored: true,
  },
  {
    name: 'user-domain-name',
    metavar: 'auth-user-domain-name',
    help: "Name of the user's domain, $OS_USER_DOMAIN_NAME by default.",
    underscored: true,
  },
  { name: 'project_id', metavar: '', help: '' },
  { name: 'project_name', metavar: '', help: '' },
  {
    name: 'project-domain-id',
    metavar: 'auth-project-domain-id',
    help: "ID of the project's domain, $OS_PROJECT_DOMAIN_ID by default.",
  },
  {
    name: 'project-domain-name',
    metavar: 'auth-project-domain-name',
    help: "Name of the project's domain, $OS_PROJECT_DOMAIN_NAME by default.",
  },
  { name: 'cert', metavar: 'certificate', help: 'File with our TLS certificate, $OS_CERT by default.' },
  {
    name: 'cacert',
    metavar: 'ca-certificate',
    help: 'File with the CA certificates to trust, $OS_CACERT by default.',
  },
  { name: 'key', metavar: 'key', help: 'File with the key of our TLS certificate, $OS_KEY by default.' },
  {
    name: 'password',
    metavar: 'auth-password',
    help: 'Password of the user, $OS_PASSWORD by default.',
    underscored: true,
  },
  {
    name: 'region-name',
    metavar: 'auth-region-name',
    help: 'Region to work in, $OS_REGION_NAME by default.',
    underscored: true,
  },
  { name: 'token', metavar: 'token', help: 'Token to use, $OS_TOKEN by default.', underscored: true },
];

const credential = ({ name, metavar, help, underscored, exclusive }: Credential): Argument[] => {
  const hidden = metavar === '';
  const shown = option(`--os-${name}`, {
    metavar: `<${metavar}>`,
    help,
    ...(exclusive ? { exclusive } : {}),
  });
  if (hidden) return [option(`--os_${name}`, { hidden })];
  return underscored ? [shown, option(`--os_${name.replaceAll('-', '_')}`, { hidden: true })] : [shown];
};

const addressArguments = (env: NodeJS.ProcessEnv): Argument[] => {
  const service = { default: env.OS_NETWORK_SERVICE_TYPE || 'network' };
  const endpoint = { default: env.OS_ENDPOINT_TYPE || env.OS_INTERFACE || 'public' };
  return [
    option('--os-service-type', {
      metavar: '<os-service-type>',
      help: 'Type of service to look for in the catalogue, $OS_NETWORK_SERVICE_TYPE or "network" by default.',
      ...service,
    }),
    option('--os-endpoint-type', {
      metavar: '<os-endpoint-type>',
      help: 'Which of its endpoints to use, $OS_ENDPOINT_TYPE or "public" by default.',
      ...endpoint,
    }),
    option('--service-type', {
      metavar: '<service-type>',
      help: 'Deprecated: --os-service-type.',
      ...service,
    }),
    option('--endpoint-type', {
      metavar: '<endpoint-type>',
      help: 'Deprecated: --os-endpoint-type.',
      ...endpoint,
    }),
    option('--os-auth-strategy', {
      metavar: '<auth-strategy>',
      help: 'keystone, or noauth for a server that asks for no token; $OS_AUTH_STRATEGY or keystone by default.',
      default: env.OS_AUTH_STRATEGY || 'keystone',
    }),
    option('--os_auth_strategy', { hidden: true }),
    option('--os-cloud', { metavar: '<cloud>', help: 'Not supported: set the OS_* variables.' }),
  ];
};

/** The program's own arguments; defaults come from the environment. */
export const globalArguments = (env: NodeJS.ProcessEnv): Argument[] => [
  flag('--version', { action: 'version', default: undefined, help: 'show the version and exit' }),
  flag(['-v', '--verbose', '--debug'], {
    dest: 'verbose_level',
    action: 'count',
    default: 1,
    help: 'Show the requests that are made, and where errors come from.',
  }),
  flag(['-q', '--quiet'], {
    dest: 'verbose_level',
    action: 'constant',
    constant: 0,
    default: null,
    help: 'Show nothing but warnings and errors.',
  }),
  flag(['-h', '--help'], { action: 'help', default: undefined, help: 'Show this help message and exit.' }),
  option(['-r', '--retries'], {
    metavar: 'NUM',
    type: retries,
    default: 0,
    help: 'How often to try again when the server cannot be reached.',
  }),
  ...addressArguments(env),
  ...credentials.flatMap(credential),
  option('--http-timeout', {
    metavar: '<seconds>',
    type: seconds,
    default: Number(env.OS_NETWORK_TIMEOUT) || null,
    help: 'Seconds to wait for an answer, $OS_NETWORK_TIMEOUT by default.',
  }),
  option('--os-url', {
    metavar: '<url>',
    help: 'Where Neutron is, $OS_URL by default; no catalogue is asked.',
  }),
  option('--os_url', { hidden: true }),
  flag('--insecure', {
    default: Boolean(env.NEUTRONCLIENT_INSECURE || env.OS_INSECURE),
    help: "Do not check the servers' TLS certificates.",
  }),
];
