import { resources } from '../../../resources/index.ts';
import type { Database } from '../../db/schema/index.ts';

type Table = keyof Database;

/** What has a quota, in the order of Neutron's answers. */
export const quotaResourceNames = [
  'network',
  'subnet',
  'subnetpool',
  'port',
  'router',
  'floatingip',
  'rbac_policy',
  'security_group',
  'security_group_rule',
] as const satisfies readonly (keyof typeof resources)[];

export type QuotaResource = (typeof quotaResourceNames)[number];

/** Those whose rows are not in the one table named after their collection. */
const tables: Readonly<Partial<Record<QuotaResource, readonly Table[]>>> = {
  rbac_policy: [
    'networkrbacs',
    'subnetpoolrbacs',
    'securitygrouprbacs',
    'addressscoperbacs',
    'addressgrouprbacs',
  ],
};

/** The tables whose rows of a project count. */
export const tablesOf = (name: QuotaResource): readonly Table[] =>
  tables[name] ?? [resources[name].collection.replaceAll('_', '') as Table];
