import { bool, group, int, str } from '../option.ts';
import { quotaDrivers } from './names.ts';

/** How much a project may have. */
export const quotas = group('quotas', {
  default_quota: int(-1, 'Limit for resources without own option; -1 unlimited'),
  quota_network: int(100, 'Networks a project'),
  quota_subnet: int(100, 'Subnets a project'),
  quota_port: int(500, 'Ports a project'),
  quota_driver: str('neutron.db.quota.driver_nolock.DbQuotaNoLockDriver', 'Quota driver class', {
    names: quotaDrivers,
  }),
  track_quota_usage: bool(true, 'Keep usage table for quota'),
  quota_rbac_policy: int(10, 'RBAC policies a project'),
  quota_router: int(10, 'Routers a project'),
  quota_floatingip: int(50, 'Floating IPs a project'),
  quota_security_group: int(10, 'Security groups a project'),
  quota_security_group_rule: int(100, 'Security group rules a project'),
});
