import type { TableDefinitions } from './definition.ts';

export const localipsTables = {
  local_ips: {
    columns: {
      id: 'varchar(36)',
      standard_attr_id: 'bigint(20)',
      name: 'varchar(255) null',
      project_id: 'varchar(255) null',
      local_port_id: 'varchar(36)',
      network_id: 'varchar(36)',
      local_ip_address: 'varchar(64)',
      ip_mode: 'varchar(32)',
    },
    primaryKey: ['id'],
    unique: {
      standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_local_ips_project_id: ['project_id'],
      local_port_id: ['local_port_id'],
    },
    foreignKeys: [
      {
        name: 'local_ips_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'local_ips_ibfk_2',
        columns: ['local_port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
    ],
  },
  local_ip_associations: {
    columns: {
      local_ip_id: 'varchar(36)',
      fixed_port_id: 'varchar(36)',
      fixed_ip: 'varchar(64)',
    },
    primaryKey: ['local_ip_id', 'fixed_port_id'],
    indexes: {
      fixed_port_id: ['fixed_port_id'],
    },
    foreignKeys: [
      {
        name: 'local_ip_associations_ibfk_1',
        columns: ['local_ip_id'],
        table: 'local_ips',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
      {
        name: 'local_ip_associations_ibfk_2',
        columns: ['fixed_port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
} as const satisfies TableDefinitions;
