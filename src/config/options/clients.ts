import { bool, group, str } from '../option.ts';
import { session } from './session.ts';

/** Other services that Neutron talks to. */
export const nova = group('nova', {
  ...session,
  auth_url: str(null, 'Identity URL', { formerly: ['DEFAULT/nova_admin_auth_url'] }),
  username: str(null, 'User name', { formerly: ['user_name', 'DEFAULT/nova_admin_username'] }),
  password: str(null, 'User password', { formerly: ['DEFAULT/nova_admin_password'], secret: true }),
  project_id: str(null, 'Project id', { formerly: ['tenant_id', 'DEFAULT/nova_admin_tenant_id'] }),
  project_name: str(null, 'Project name', {
    formerly: ['tenant_name', 'DEFAULT/nova_admin_tenant_name'],
  }),
  region_name: str(null, 'Region of the service'),
  endpoint_type: str('public', 'Catalog interface', { choices: ['public', 'admin', 'internal'] }),
});

export const placement = group('placement', {
  ...session,
  region_name: str(null, 'Region of the service'),
  endpoint_type: str('public', 'Catalog interface', { choices: ['public', 'admin', 'internal'] }),
});

export const ironic = group('ironic', {
  ...session,
  enable_notifications: bool(false, 'Send events to ironic'),
});
