import { resources } from '../../../resources/index.ts';
import type { Database } from '../../db/schema/index.ts';

type Table = keyof Database;

type Resources = typeof resources;

/** What has a quota by its definition. */
export type QuotaResource = {
  [Name in keyof Resources]: Resources[Name] extends { readonly quota: number } ? Name : never;
}[keyof Resources];

const hasQuota = (name: string): name is QuotaResource => 'quota' in resources[name as keyof Resources];

/** In the order of Neutron's answers. */
export const quotaResourceNames: readonly QuotaResource[] = Object.keys(resources).filter(hasQuota);

/** Those whose rows are not in the one table named after their collection. */
const tables: Readonly<Partial<Record<QuotaResource, readonly Table[]>>> = {
  rbac_policy: [
    'networkrbacs',
    'subnetpoolrbacs',
    'securitygrouprbacs',
    'addressscoperbacs',
    'addressgrouprbacs',
    'qospolicyrbacs',
  ],
};

/** The tables whose rows of a project count. */
export const tablesOf = (name: QuotaResource): readonly Table[] =>
  tables[name] ?? [resources[name].collection.replaceAll('_', '') as Table];
