import { bool, int, str } from '../option.ts';

/** How to authenticate with Keystone as a service user; every section that holds credentials has these. */
export const session = {
  auth_url: str(null, 'Identity URL'),
  auth_type: str(null, 'Auth plugin name', { formerly: ['auth_plugin'] }),
  cafile: str(null, 'CA bundle'),
  certfile: str(null, 'Client certificate'),
  collect_timing: bool(false, 'Collect call timing'),
  default_domain_id: str(null, 'Domain id for user and project'),
  default_domain_name: str(null, 'Domain name for user and project'),
  domain_id: str(null, 'Domain scope id'),
  domain_name: str(null, 'Domain scope name'),
  insecure: bool(false, 'Skip TLS verification'),
  keyfile: str(null, 'Client key'),
  password: str(null, 'User password', { secret: true }),
  project_domain_id: str(null, 'Project domain id'),
  project_domain_name: str(null, 'Project domain name'),
  project_id: str(null, 'Project id', { formerly: ['tenant_id'] }),
  project_name: str(null, 'Project name', { formerly: ['tenant_name'] }),
  split_loggers: bool(false, 'Separate loggers for HTTP parts'),
  system_scope: str(null, 'System scope'),
  timeout: int(null, 'Request timeout'),
  trust_id: str(null, 'Trust id'),
  user_domain_id: str(null, 'User domain id'),
  user_domain_name: str(null, 'User domain name'),
  user_id: str(null, 'User id'),
  username: str(null, 'User name', { formerly: ['user_name'] }),
};
