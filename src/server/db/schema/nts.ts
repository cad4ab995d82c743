import type { TableDefinitions } from './definition.ts';

/** Tables of this project's own; their prefix keeps them apart from Neutron's, which never sees them. */
export const ntsTables = {
  nts_outbox: {
    columns: {
      id: 'bigint(20) auto_increment',
      created_at: 'datetime',
      payload: 'longtext',
    },
    primaryKey: ['id'],
  },
  /**
   * Agents whose clocks differ from the server's, by how much, and in how many reports one after the other. No foreign key:
   * Neutron's table may have another character set.
   */
  nts_agent_clocks: {
    columns: {
      agent_id: 'varchar(36)',
      seconds: 'int(11)',
      reports: 'int(11)',
    },
    primaryKey: ['agent_id'],
  },
} as const satisfies TableDefinitions;
