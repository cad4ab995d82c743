import { bool, group, int, list, str } from '../option.ts';
import { session } from './session.ts';

/** Checking the tokens of requests. */
export const keystoneAuthtoken = group('keystone_authtoken', {
  ...session,
  auth_url: str(null, 'Identity URL', { formerly: ['identity_uri'] }),
  username: str(null, 'User name', { formerly: ['user_name', 'admin_user'] }),
  password: str(null, 'User password', { formerly: ['admin_password'], secret: true }),
  project_name: str(null, 'Project name', { formerly: ['tenant_name', 'admin_tenant_name'] }),
  www_authenticate_uri: str(null, 'Public identity URL for WWW-Authenticate header', {
    formerly: ['auth_uri'],
  }),
  auth_version: str(null, 'Identity API version forced'),
  interface: str('internal', 'Catalog interface used to reach keystone'),
  delay_auth_decision: bool(false, 'Pass unauthenticated requests on'),
  http_connect_timeout: int(null, 'Timeout talking to keystone'),
  http_request_max_retries: int(3, 'Retries talking to keystone'),
  cache: str(null, 'WSGI env key of cache object'),
  region_name: str(null, 'Keystone region'),
  memcached_servers: list(null, 'Token cache servers', { formerly: ['memcache_servers'] }),
  token_cache_time: int(300, 'Seconds tokens are cached; -1 off'),
  memcache_security_strategy: str('None', 'None, MAC or ENCRYPT', {
    choices: ['None', 'MAC', 'ENCRYPT'],
    ignoreCase: true,
  }),
  memcache_secret_key: str(null, 'Key for cache protection', { secret: true }),
  memcache_pool_dead_retry: int(300, 'Seconds before dead memcached retried'),
  memcache_pool_maxsize: int(10, 'Open connections per memcached'),
  memcache_pool_socket_timeout: int(3, 'Memcached socket timeout'),
  memcache_pool_unused_timeout: int(60, 'Seconds unused connection is kept'),
  memcache_pool_conn_get_timeout: int(10, 'Seconds to wait for pool connection'),
  memcache_use_advanced_pool: bool(true, 'Use eventlet-safe pool'),
  include_service_catalog: bool(true, 'Put catalog into request environment'),
  enforce_token_bind: str('permissive', 'Token binding policy'),
  service_token_roles: list(['service'], 'Roles a service token needs'),
  service_token_roles_required: bool(false, 'Require those roles'),
  service_type: str(null, 'Service type checked in token access rules'),
  auth_section: str(null, 'Section to load auth options from'),
});
