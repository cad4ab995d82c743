import type { Config } from '../../config/option.ts';
import { agent, interfaces, metadataAgent } from '../../config/options/index.ts';
import { isOwnGroup, isOwnUser } from '../../linux/users.ts';

/** What the metadata agent takes from its configuration. */
export interface MetadataSettings {
  readonly socket: string;
  readonly socketMode: number;
  readonly backlog: number;
  readonly secret: string;
  readonly logHeartbeats: boolean;
  readonly nova: NovaSettings;
}

/** How to reach Nova's metadata service. */
export interface NovaSettings {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** Accept any certificate. */
  readonly insecure: boolean;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

const modes = { user: 0o644, group: 0o664, all: 0o666 } as const;

export function metadataSettings(config: Config): MetadataSettings {
  const own = config.group(metadataAgent);
  const proxy = config.group(interfaces);
  const { metadata_proxy_user: user, metadata_proxy_group: group } = proxy;
  const clientCertificate = own.nova_client_cert !== '' && own.nova_client_priv_key !== '';
  return {
    socket: proxy.metadata_proxy_socket,
    socketMode: modes[socketPolicy(own.metadata_proxy_socket_mode, user, group)],
    backlog: own.metadata_backlog,
    secret: own.metadata_proxy_shared_secret,
    logHeartbeats: config.group(agent).log_agent_heartbeats,
    nova: {
      protocol: own.nova_metadata_protocol === 'https' ? 'https' : 'http',
      host: own.nova_metadata_host,
      port: own.nova_metadata_port,
      insecure: own.nova_metadata_insecure,
      caFile: own.auth_ca_cert ?? undefined,
      certFile: clientCertificate ? own.nova_client_cert : undefined,
      keyFile: clientCertificate ? own.nova_client_priv_key : undefined,
    },
  };
}

/**
 * Who may write to the socket. 'deduce': its owner when the proxies run as root or as this agent's user, else its
 * group when that is this agent's, else everybody.
 */
export function socketPolicy(policy: string, user: string, group: string): keyof typeof modes {
  if (policy === 'user' || policy === 'group' || policy === 'all') return policy;
  if (user === '' || user === '0' || user === 'root' || isOwnUser(user)) return 'user';
  return group === '' || isOwnGroup(group) ? 'group' : 'all';
}
