import { bool, group, host, int, port, str } from '../option.ts';

/** The metadata agent. */
export const metadataAgent = group('DEFAULT', {
  auth_ca_cert: str(null, 'CA bundle for nova metadata HTTPS'),
  nova_metadata_host: host('127.0.0.1', 'Nova metadata server host', { formerly: ['nova_metadata_ip'] }),
  nova_metadata_port: port(8775, 'Nova metadata TCP port'),
  metadata_proxy_shared_secret: str('', 'HMAC-SHA256 key signing instance id toward nova', { secret: true }),
  nova_metadata_protocol: str('http', 'http or https toward nova metadata', { choices: ['http', 'https'] }),
  nova_metadata_insecure: bool(false, 'Skip TLS verification toward nova metadata'),
  nova_client_cert: str('', 'Client certificate for nova metadata'),
  nova_client_priv_key: str('', 'Private key of that client certificate'),
  metadata_proxy_socket_mode: str('deduce', 'Permission policy of metadata socket', {
    choices: ['deduce', 'user', 'group', 'all'],
  }),
  metadata_workers: int(null, 'Metadata agent worker processes; default half of CPUs'),
  metadata_backlog: int(4096, 'Listen backlog of metadata unix socket'),
});
