import type { Database } from '../../db/schema/index.ts';

/**
 * What has a quota, in the order of Neutron's answers: the tables whose rows of a project count, and the limit when no
 * option says otherwise.
 */
export const quotaResources = {
  network: { tables: ['networks'], fallback: 100 },
  subnet: { tables: ['subnets'], fallback: 100 },
  subnetpool: { tables: ['subnetpools'], fallback: -1 },
  port: { tables: ['ports'], fallback: 500 },
  router: { tables: ['routers'], fallback: 10 },
  floatingip: { tables: ['floatingips'], fallback: 50 },
  rbac_policy: {
    tables: [
      'networkrbacs',
      'subnetpoolrbacs',
      'securitygrouprbacs',
      'addressscoperbacs',
      'addressgrouprbacs',
    ],
    fallback: 10,
  },
  security_group: { tables: ['securitygroups'], fallback: 10 },
  security_group_rule: { tables: ['securitygrouprules'], fallback: 100 },
} as const satisfies Record<string, { tables: readonly (keyof Database)[]; fallback: number }>;

export type QuotaResource = keyof typeof quotaResources;

export const quotaResourceNames = Object.keys(quotaResources) as QuotaResource[];
