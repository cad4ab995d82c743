import { defineResource } from './definition.ts';
import { agentPolicies } from './policies/agent.ts';

/** A process on a host that wires what the server holds. */
export const agent = defineResource({
  name: 'agent',
  collection: 'agents',
  path: 'agents',
  alias: 'agent',
  whole: true,
  policies: agentPolicies,
  attributes: {
    id: { validate: 'uuid', filter: true },
    agent_type: { filter: true },
    binary: { filter: true },
    topic: { filter: true },
    host: { filter: true },
    admin_state_up: { put: true, convert: 'boolean', filter: true },
    created_at: {},
    started_at: {},
    heartbeat_timestamp: {},
    alive: { filter: true },
    configurations: {},
    description: { put: true, validate: { string_or_none: 255 }, filter: true },
    resources_synced: { optional: true, alias: 'agent-resources-synced' },
    availability_zone: { filter: true, alias: 'availability_zone' },
  },
  order: [
    'id',
    'agent_type',
    'binary',
    'topic',
    'host',
    'admin_state_up',
    'created_at',
    'started_at',
    'heartbeat_timestamp',
    'description',
    'resources_synced',
    'availability_zone',
    'alive',
    'configurations',
  ],
});
