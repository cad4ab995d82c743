import type { TableDefinitions } from './definition.ts';

export const portsTables = {
  ports: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      name: 'varchar(255) null',
      network_id: 'varchar(36)',
      mac_address: 'varchar(32)',
      admin_state_up: 'tinyint(1)',
      status: 'varchar(16)',
      device_id: 'varchar(255)',
      device_owner: 'varchar(255)',
      standard_attr_id: 'bigint(20)',
      ip_allocation: 'varchar(16) null',
    },
    primaryKey: ['id'],
    unique: {
      uniq_ports0network_id0mac_address: ['network_id', 'mac_address'],
      uniq_ports0standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_ports_device_id: ['device_id'],
      ix_ports_network_id: ['network_id'],
      ix_ports_network_id_device_owner: ['network_id', 'device_owner'],
      ix_ports_network_id_mac_address: ['network_id', 'mac_address'],
      ix_ports_project_id: ['project_id'],
    },
    foreignKeys: [
      {
        name: 'ports_ibfk_1',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
      {
        name: 'ports_ibfk_2',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portdnses: {
    columns: {
      port_id: 'varchar(36)',
      current_dns_name: 'varchar(255)',
      current_dns_domain: 'varchar(255)',
      previous_dns_name: 'varchar(255)',
      previous_dns_domain: 'varchar(255)',
      dns_name: 'varchar(255)',
      dns_domain: "varchar(255) default ''",
    },
    primaryKey: ['port_id'],
    indexes: {
      ix_portdnses_port_id: ['port_id'],
    },
    foreignKeys: [
      {
        name: 'portdnses_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  floatingipdnses: {
    columns: {
      floatingip_id: 'varchar(36)',
      dns_name: 'varchar(255)',
      dns_domain: 'varchar(255)',
      published_dns_name: 'varchar(255)',
      published_dns_domain: 'varchar(255)',
    },
    primaryKey: ['floatingip_id'],
    indexes: {
      ix_floatingipdnses_floatingip_id: ['floatingip_id'],
    },
    foreignKeys: [
      {
        name: 'floatingipdnses_ibfk_1',
        columns: ['floatingip_id'],
        table: 'floatingips',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portsecuritybindings: {
    columns: {
      port_id: 'varchar(36)',
      port_security_enabled: 'tinyint(1)',
    },
    primaryKey: ['port_id'],
    foreignKeys: [
      {
        name: 'portsecuritybindings_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  allowedaddresspairs: {
    columns: {
      port_id: 'varchar(36)',
      mac_address: 'varchar(32)',
      ip_address: 'varchar(64)',
    },
    primaryKey: ['port_id', 'mac_address', 'ip_address'],
    foreignKeys: [
      {
        name: 'allowedaddresspairs_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  extradhcpopts: {
    columns: {
      id: 'varchar(36)',
      port_id: 'varchar(36)',
      opt_name: 'varchar(64)',
      opt_value: 'varchar(255)',
      ip_version: 'int(11) default 4',
    },
    primaryKey: ['id'],
    unique: {
      uniq_extradhcpopts0portid0optname0ipversion: ['port_id', 'opt_name', 'ip_version'],
    },
    foreignKeys: [
      {
        name: 'extradhcpopts_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portdeviceprofiles: {
    columns: {
      port_id: 'varchar(36)',
      device_profile: 'varchar(255) null',
    },
    primaryKey: ['port_id'],
    foreignKeys: [
      {
        name: 'portdeviceprofiles_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portnumaaffinitypolicies: {
    columns: {
      port_id: 'varchar(36)',
      numa_affinity_policy: "enum('required','preferred','legacy') null",
    },
    primaryKey: ['port_id'],
    foreignKeys: [
      {
        name: 'portnumaaffinitypolicies_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portdataplanestatuses: {
    columns: {
      port_id: 'varchar(36)',
      data_plane_status: 'varchar(16) null',
    },
    primaryKey: ['port_id'],
    indexes: {
      ix_portdataplanestatuses_port_id: ['port_id'],
    },
    foreignKeys: [
      {
        name: 'portdataplanestatuses_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portuplinkstatuspropagation: {
    columns: {
      port_id: 'varchar(36)',
      propagate_uplink_status: 'tinyint(1) default 1',
    },
    primaryKey: ['port_id'],
    indexes: {
      ix_portuplinkstatuspropagation_port_id: ['port_id'],
    },
    foreignKeys: [
      {
        name: 'portuplinkstatuspropagation_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
} as const satisfies TableDefinitions;
