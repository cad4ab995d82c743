import { bool, group, host, int, port, str } from '../option.ts';
import { authStrategies } from './names.ts';

/** The API server: where it listens, its workers, what it lets clients do. */
export const api = group('DEFAULT', {
  bind_host: host('0.0.0.0', 'API listen address'),
  bind_port: port(9696, 'API listen port'),
  backlog: int(4096, 'TCP listen backlog of API server'),
  use_ssl: bool(false, 'Serve API over TLS'),
  api_extensions_path: str('', 'Extra colon-separated directories of API extensions'),
  auth_strategy: str('keystone', 'keystone or noauth; picks paste pipeline', { names: authStrategies }),
  allow_bulk: bool(true, 'Permit bulk create requests'),
  pagination_max_limit: str('-1', 'Largest page size; -1 or infinite unbounded'),
  filter_validation: bool(true, 'Reject unknown list filters with 400'),
  api_workers: int(null, 'API processes; unset derives from CPUs and RAM'),
  rpc_workers: int(null, 'RPC processes; unset halves api_workers'),
  rpc_state_report_workers: int(1, 'Processes serving agent state reports'),
  periodic_interval: int(40, 'Seconds between periodic tasks'),
  periodic_fuzzy_delay: int(5, 'Random start spread for periodic tasks'),
  retry_until_window: int(30, 'Seconds window for HTTP API retry until limits'),
  http_retries: int(3, 'Retries of API calls to nova or ironic'),
  setproctitle: str('on', 'Process title mode: off, on or brief'),
});

export const wsgi = group('DEFAULT', {
  api_paste_config: str('api-paste.ini', 'Paste deploy file for API pipeline'),
  wsgi_log_format: str(
    '%(client_ip)s "%(request_line)s" status: %(status_code)s  len: %(body_length)s time: %(wall_seconds).7f',
    'Access log line format',
  ),
  tcp_keepidle: int(600, 'TCP keepalive idle seconds'),
  wsgi_default_pool_size: int(100, 'Greenthread pool for WSGI'),
  max_header_line: int(16384, 'Longest HTTP header line'),
  wsgi_keep_alive: bool(true, 'Keep client connections open'),
  client_socket_timeout: int(900, 'Seconds before idle API client sockets close'),
  wsgi_server_debug: bool(false, 'Send tracebacks to client on 500'),
});

export const ssl = group('ssl', {
  ca_file: str(null, 'CA to verify clients', { formerly: ['DEFAULT/ssl_ca_file'] }),
  cert_file: str(null, 'Server certificate', { formerly: ['DEFAULT/ssl_cert_file'] }),
  key_file: str(null, 'Server key', { formerly: ['DEFAULT/ssl_key_file'] }),
  version: str(null, 'TLS version'),
  ciphers: str(null, 'Cipher list'),
});
