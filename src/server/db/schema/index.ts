import { addressgroupsTables } from './addressgroups.ts';
import { agentsTables } from './agents.ts';
import { alembicTables } from './alembic.ts';
import type { RowOf } from './definition.ts';
import { flavorsTables } from './flavors.ts';
import { ipamTables } from './ipam.ts';
import { localipsTables } from './localips.ts';
import { ml2Tables } from './ml2.ts';
import { networksTables } from './networks.ts';
import { ntsTables } from './nts.ts';
import { portsTables } from './ports.ts';
import { qosTables } from './qos.ts';
import { quotasTables } from './quotas.ts';
import { routersTables } from './routers.ts';
import { securitygroupsTables } from './securitygroups.ts';
import { standardAttributeTables } from './standard.ts';
import { subnetpoolsTables } from './subnetpools.ts';
import { subnetsTables } from './subnets.ts';
import { trunksTables } from './trunks.ts';

/** Every table this project reads or writes, named and typed as in Neutron's Zed schema. */
export const tables = {
  ...agentsTables,
  ...alembicTables,
  ...flavorsTables,
  ...ipamTables,
  ...ml2Tables,
  ...networksTables,
  ...standardAttributeTables,
  ...subnetsTables,
  ...subnetpoolsTables,
  ...portsTables,
  ...addressgroupsTables,
  ...localipsTables,
  ...ntsTables,
  ...qosTables,
  ...quotasTables,
  ...routersTables,
  ...securitygroupsTables,
  ...trunksTables,
} as const;

/** The database as kysely sees it. */
export type Database = { [Name in keyof typeof tables]: RowOf<(typeof tables)[Name]> };
