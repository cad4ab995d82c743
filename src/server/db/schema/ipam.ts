import type { TableDefinitions } from './definition.ts';

export const ipamTables = {
  ipamsubnets: {
    columns: {
      id: 'varchar(36)',
      neutron_subnet_id: 'varchar(36) null',
    },
    primaryKey: ['id'],
  },
  ipamallocations: {
    columns: {
      ip_address: 'varchar(64)',
      status: 'varchar(36) null',
      ipam_subnet_id: 'varchar(36)',
    },
    primaryKey: ['ip_address', 'ipam_subnet_id'],
    indexes: {
      ipam_subnet_id: ['ipam_subnet_id'],
    },
    foreignKeys: [
      {
        name: 'ipamallocations_ibfk_1',
        columns: ['ipam_subnet_id'],
        table: 'ipamsubnets',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  ipamallocationpools: {
    columns: {
      id: 'varchar(36)',
      ipam_subnet_id: 'varchar(36)',
      first_ip: 'varchar(64)',
      last_ip: 'varchar(64)',
    },
    primaryKey: ['id'],
    indexes: {
      ipam_subnet_id: ['ipam_subnet_id'],
    },
    foreignKeys: [
      {
        name: 'ipamallocationpools_ibfk_1',
        columns: ['ipam_subnet_id'],
        table: 'ipamsubnets',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
} as const satisfies TableDefinitions;
