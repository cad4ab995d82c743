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
} as const satisfies TableDefinitions;
