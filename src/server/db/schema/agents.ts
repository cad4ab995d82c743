import type { TableDefinitions } from './definition.ts';

export const agentsTables = {
  agents: {
    columns: {
      id: 'varchar(36)',
      agent_type: 'varchar(255)',
      binary: 'varchar(255)',
      topic: 'varchar(255)',
      host: 'varchar(255)',
      admin_state_up: 'tinyint(1) default 1',
      created_at: 'datetime',
      started_at: 'datetime',
      heartbeat_timestamp: 'datetime',
      description: 'varchar(255) null',
      configurations: 'varchar(4095)',
      load: 'int(11) default 0',
      availability_zone: 'varchar(255) null',
      resource_versions: 'varchar(8191) null',
      resources_synced: 'tinyint(1) null',
    },
    primaryKey: ['id'],
    unique: {
      uniq_agents0agent_type0host: ['agent_type', 'host'],
    },
    indexes: {
      ix_agents_host: ['host'],
    },
  },
  networkdhcpagentbindings: {
    columns: {
      network_id: 'varchar(36)',
      dhcp_agent_id: 'varchar(36)',
      binding_index: 'int(11) default 1',
    },
    primaryKey: ['network_id', 'dhcp_agent_id'],
    unique: {
      uniq_network_dhcp_agent_binding0network_id0binding_index0: ['network_id', 'binding_index'],
    },
    indexes: {
      dhcp_agent_id: ['dhcp_agent_id'],
    },
    foreignKeys: [
      {
        name: 'networkdhcpagentbindings_ibfk_1',
        columns: ['dhcp_agent_id'],
        table: 'agents',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'networkdhcpagentbindings_ibfk_2',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
} as const satisfies TableDefinitions;
