import { type Expression, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import type { Together } from '../../db/together.ts';
import { oneOf } from '../listing.ts';
import { tagsWhere } from '../standardAttributes.ts';

/** Which ports: the condition on a column with their ids. */
export type Ports = (column: string) => RawBuilder<SqlBool>;

/** Those of a list of ids. */
export const these =
  (ids: readonly string[]): Ports =>
  (column) =>
    oneOf(column, ids);

/** Those of a query for ids. */
export const chosenBy =
  (ids: Expression<{ readonly id: string }>): Ports =>
  (column) =>
    sql<SqlBool>`${sql.ref(column)} in (select id from ${ids} as chosen)`;

/** All of a network. */
export const ofNetwork = (id: string): Ports =>
  chosenBy(sql<{ id: string }>`(select ports.id from ports where ports.network_id = ${id})`);

/** All ports from the first id to the last, which are in order: one walk along each index in place of a search for every port. */
export const fromTo =
  (ids: readonly string[]): Ports =>
  (column) =>
    sql<SqlBool>`${sql.ref(column)} between ${ids[0]} and ${ids.at(-1)}`;

/**
 * What lies in tables of its own, in any order: each port has so few that they are sorted where they are shown. MariaDB would
 * sort all of them together, or read a whole index where it has their order.
 */
export const detailQueries = (db: Kysely<Database>, ports: Ports) =>
  [
    db.selectFrom('ipallocations').select(['port_id', 'ip_address', 'subnet_id']).where(ports('port_id')),
    db
      .selectFrom('allowedaddresspairs')
      .select(['port_id', 'mac_address', 'ip_address'])
      .where(ports('port_id')),
    db
      .selectFrom('extradhcpopts')
      .select(['port_id', 'opt_name', 'opt_value', 'ip_version'])
      .where(ports('port_id')),
    db
      .selectFrom('securitygroupportbindings')
      .select(['port_id', 'security_group_id'])
      .where(ports('port_id')),
    db
      .selectFrom('ml2_port_binding_levels')
      .select(['port_id', 'host', 'level', 'driver'])
      .where(ports('port_id')),
    tagsWhere(db, 'ports', ports('id')),
  ] as const;

export type Details = Together<ReturnType<typeof detailQueries>>;
