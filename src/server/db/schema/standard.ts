import type { TableDefinitions } from './definition.ts';

/** What every resource with a description, tags and revisions shares. */
export const standardAttributeTables = {
  standardattributes: {
    columns: {
      id: 'bigint(20) auto_increment',
      resource_type: 'varchar(255)',
      created_at: 'datetime null',
      updated_at: 'datetime null',
      description: 'varchar(255) null',
      revision_number: 'bigint(20) default 0',
    },
    primaryKey: ['id'],
  },
  tags: {
    columns: {
      standard_attr_id: 'bigint(20)',
      tag: 'varchar(255)',
    },
    primaryKey: ['standard_attr_id', 'tag'],
    foreignKeys: [
      {
        name: 'tags_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  provisioningblocks: {
    columns: {
      standard_attr_id: 'bigint(20)',
      entity: 'varchar(255)',
    },
    primaryKey: ['standard_attr_id', 'entity'],
    foreignKeys: [
      {
        name: 'provisioningblocks_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
} as const satisfies TableDefinitions;
