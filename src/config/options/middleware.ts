import { bool, group, int, list, str } from '../option.ts';

/** What stands before the API: CORS, health check, proxies. */
export const cors = group('cors', {
  allowed_origin: list(null, 'Permitted origins list'),
  allow_credentials: bool(true, 'Send allow-credentials header'),
  expose_headers: list(
    [
      'X-Auth-Token',
      'X-Subject-Token',
      'X-Service-Token',
      'X-OpenStack-Request-ID',
      'OpenStack-Volume-microversion',
    ],
    'Response headers exposed',
  ),
  max_age: int(3600, 'Preflight cache seconds'),
  allow_methods: list(['GET', 'PUT', 'POST', 'DELETE', 'PATCH'], 'Methods permitted'),
  allow_headers: list(
    [
      'X-Auth-Token',
      'X-Identity-Status',
      'X-Roles',
      'X-Service-Catalog',
      'X-User-Id',
      'X-Tenant-Id',
      'X-OpenStack-Request-ID',
    ],
    'Request headers permitted',
  ),
});

export const healthcheck = group('healthcheck', {
  path: str('/healthcheck', 'URL path of healthcheck (deprecated)'),
  detailed: bool(false, 'Show details'),
  backends: list([], 'Healthcheck plugins'),
  disable_by_file_path: str(null, 'Unhealthy when file exists'),
  disable_by_file_paths: list([], 'Port to file pairs'),
});

export const osloMiddleware = group('oslo_middleware', {
  enable_proxy_headers_parsing: bool(false, 'Honour X-Forwarded headers'),
});
