import type { Namespace } from '../argparse/namespace.ts';

/** Where the answers to "who am I and where is Neutron" come from: options first, then OS_* variables. */
export interface Settings {
  /** `none`: requests carry no token and go to `url`. `given`: `token` goes to `url`. */
  readonly mode: 'keystone' | 'none' | 'given';
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly authUrl: string | undefined;
  readonly authType: string;
  readonly user: Identity;
  readonly password: string | undefined;
  readonly project: Identity;
  /** Domain to scope to when there is no project. */
  readonly domain: { readonly id: string | undefined; readonly name: string | undefined };
  readonly applicationCredential: {
    readonly id: string | undefined;
    readonly name: string | undefined;
    readonly secret: string | undefined;
  };
  readonly serviceType: string;
  readonly endpointType: string;
  readonly region: string | undefined;
}

/** A user or project, by id or by name within a domain. */
export interface Identity {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly domainId: string | undefined;
  readonly domainName: string | undefined;
}

/** Address of a server on this host, for OS_AUTH_STRATEGY=noauth without any address. */
const localServer = 'http://127.0.0.1:9696';

/** Reads the settings. Neither Keystone nor Neutron is asked anything yet. */
export const readSettings = (options: Namespace, env: NodeJS.ProcessEnv): Settings => {
  const pick = (option: string, ...variables: string[]): string | undefined =>
    options.text(option) ??
    variables.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  const token = pick('os_token', 'OS_TOKEN', 'OS_AUTH_TOKEN');
  const authUrl = pick('os_auth_url', 'OS_AUTH_URL');
  const authType = (env.OS_AUTH_TYPE || env.OS_AUTH_PLUGIN) ?? '';
  const strategy = options.text('os_auth_strategy') ?? 'keystone';
  const url = pick(
    'os_url',
    'OS_URL',
    'OS_NETWORK_ENDPOINT_OVERRIDE',
    ...(authType === 'none' ? ['OS_ENDPOINT'] : []),
  );
  const noauth = strategy === 'noauth' || strategy === 'none' || authType === 'none';
  const none = noauth || (url !== undefined && token === undefined && authUrl === undefined);
  const given =
    url !== undefined &&
    token !== undefined &&
    (authUrl === undefined || options.text('os_url') !== undefined);
  const mode = none ? 'none' : given ? 'given' : 'keystone';
  const defaultDomain = env.OS_DEFAULT_DOMAIN || undefined;
  return {
    mode,
    url: url ?? (noauth ? localServer : undefined),
    token,
    authUrl,
    authType,
    user: {
      id: pick('os_user_id', 'OS_USER_ID'),
      name: pick('os_username', 'OS_USERNAME'),
      domainId: pick('os_user_domain_id', 'OS_USER_DOMAIN_ID'),
      domainName: pick('os_user_domain_name', 'OS_USER_DOMAIN_NAME') ?? defaultDomain,
    },
    password: pick('os_password', 'OS_PASSWORD'),
    project: {
      id: options.text('os_project_id') ?? pick('os_tenant_id', 'OS_PROJECT_ID', 'OS_TENANT_ID'),
      name: options.text('os_project_name') ?? pick('os_tenant_name', 'OS_PROJECT_NAME', 'OS_TENANT_NAME'),
      domainId: pick('os_project_domain_id', 'OS_PROJECT_DOMAIN_ID'),
      domainName: pick('os_project_domain_name', 'OS_PROJECT_DOMAIN_NAME') ?? defaultDomain,
    },
    domain: { id: env.OS_DOMAIN_ID || undefined, name: env.OS_DOMAIN_NAME || undefined },
    applicationCredential: {
      id: env.OS_APPLICATION_CREDENTIAL_ID || undefined,
      name: env.OS_APPLICATION_CREDENTIAL_NAME || undefined,
      secret: env.OS_APPLICATION_CREDENTIAL_SECRET || undefined,
    },
    serviceType: options.text('os_service_type') ?? 'network',
    endpointType: (options.text('os_endpoint_type') ?? 'public').replace(/URL$/, ''),
    region: pick('os_region_name', 'OS_REGION_NAME'),
  };
};
