import { defineResource } from './definition.ts';
import { qosPolicyPolicies } from './policies/qosPolicy.ts';
import { id, name, projectId, standard, tags } from './standardAttributes.ts';

/** Limits and marks for the traffic of the ports and networks that have the policy. */
export const qosPolicy = defineResource({
  name: 'policy',
  collection: 'policies',
  path: 'qos/policies',
  alias: 'qos',
  bulk: true,
  tags: true,
  policies: qosPolicyPolicies,
  attributes: {
    id,
    name,
    shared: { post: true, put: true, default: false, convert: 'boolean', filter: true },
    tenant_id: projectId,
    rules: { holds: 'objects' },
    is_default: {
      post: true,
      put: true,
      default: false,
      convert: 'boolean',
      filter: true,
      alias: 'qos-default',
    },
    revision_number: standard.revision_number,
    ...tags,
    created_at: standard.created_at,
    updated_at: standard.updated_at,
    description: standard.description,
  },
  order: [
    'id',
    'project_id',
    'name',
    'shared',
    'rules',
    'is_default',
    'revision_number',
    'description',
    'created_at',
    'updated_at',
    'tenant_id',
    'tags',
  ],
});
