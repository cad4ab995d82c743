import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import { tableNames } from '../../db/migrate.ts';
import type { Item, Tx } from '../service.ts';

export const DEFAULT_NAME = 'default';

export interface NewGroup {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
}

export type RuleItem = Item & { readonly security_group_id: string; readonly tenant_id: string };

/** Reads which rules groups start with; undefined where that is not for the database to say. */
export type Templates = (tx: Tx) => Promise<((group: NewGroup) => RuleItem[]) | undefined>;

interface TemplateRow {
  readonly remote_group_id: string | null;
  readonly remote_address_group_id: string | null;
  readonly direction: string;
  readonly ethertype: string | null;
  readonly protocol: string | null;
  readonly port_range_min: number | null;
  readonly port_range_max: number | null;
  readonly remote_ip_prefix: string | null;
  readonly used_in_default_sg: number;
  readonly used_in_non_default_sg: number;
}

/** What stands for the new group itself. */
const PARENT = 'PARENT';

/** In databases of Neutron 2023.2 and later the operator decides it: the table securitygroupdefaultrules. */
export function createTemplates(dialect: Db['dialect']): Templates {
  let there: boolean | undefined;
  return async (tx) => {
    there ??= (await tableNames({ kysely: tx, dialect })).has('securitygroupdefaultrules');
    if (!there) return undefined;
    const { rows } = await sql<TemplateRow>`select * from securitygroupdefaultrules`.execute(tx);
    return (group) =>
      rows
        .filter((row) => (group.name === DEFAULT_NAME ? row.used_in_default_sg : row.used_in_non_default_sg))
        .map(({ remote_group_id, ...row }) => ({
          remote_address_group_id: row.remote_address_group_id,
          direction: row.direction,
          ethertype: row.ethertype,
          protocol: row.protocol,
          port_range_min: row.port_range_min,
          port_range_max: row.port_range_max,
          remote_ip_prefix: row.remote_ip_prefix,
          remote_group_id: remote_group_id === PARENT ? group.id : remote_group_id,
          security_group_id: group.id,
          tenant_id: group.tenant_id,
        }));
  };
}
