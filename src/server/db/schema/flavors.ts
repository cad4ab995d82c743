import type { TableDefinitions } from './definition.ts';

export const flavorsTables = {
  flavors: {
    columns: {
      id: 'varchar(36)',
      name: 'varchar(255) null',
      description: 'varchar(1024) null',
      enabled: 'tinyint(1) default 1',
      service_type: 'varchar(36) null',
    },
    primaryKey: ['id'],
  },
  serviceprofiles: {
    columns: {
      id: 'varchar(36)',
      description: 'varchar(1024) null',
      driver: 'varchar(1024)',
      enabled: 'tinyint(1) default 1',
      metainfo: 'varchar(4096) null',
    },
    primaryKey: ['id'],
  },
  flavorserviceprofilebindings: {
    columns: {
      service_profile_id: 'varchar(36)',
      flavor_id: 'varchar(36)',
    },
    primaryKey: ['service_profile_id', 'flavor_id'],
    indexes: {
      flavorserviceprofilebindings_ibfk_2: ['flavor_id'],
    },
    foreignKeys: [
      {
        name: 'flavorserviceprofilebindings_ibfk_1',
        columns: ['service_profile_id'],
        table: 'serviceprofiles',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'flavorserviceprofilebindings_ibfk_2',
        columns: ['flavor_id'],
        table: 'flavors',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  providerresourceassociations: {
    columns: {
      provider_name: 'varchar(255)',
      resource_id: 'varchar(36)',
    },
    primaryKey: ['provider_name', 'resource_id'],
    unique: {
      resource_id: ['resource_id'],
    },
  },
} as const satisfies TableDefinitions;
