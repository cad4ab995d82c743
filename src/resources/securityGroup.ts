import { defineResource } from './definition.ts';
import { securityGroupPolicies } from './policies/securityGroup.ts';
import { id, projectId, standard, tags } from './standardAttributes.ts';

/** A named set of filter rules. */
export const securityGroup = defineResource({
  name: 'security_group',
  collection: 'security_groups',
  path: 'security-groups',
  alias: 'security-group',
  bulk: true,
  tags: true,
  quota: 10,
  policies: securityGroupPolicies,
  attributes: {
    id,
    name: {
      post: true,
      put: true,
      default: '',
      validate: { name_not_default: 255 },
      filter: true,
      sort: true,
    },
    tenant_id: projectId,
    security_group_rules: { holds: 'objects' },
    stateful: { post: true, put: true, default: true, convert: 'boolean', alias: 'stateful-security-group' },
    shared: {
      convert: 'boolean',
      filter: true,
      enforcePolicy: true,
      requiredByPolicy: true,
      alias: 'security-groups-shared-filtering',
    },
    revision_number: standard.revision_number,
    ...tags,
    created_at: standard.created_at,
    updated_at: standard.updated_at,
    description: standard.description,
  },
  order: [
    'id',
    'name',
    'stateful',
    'tenant_id',
    'description',
    'shared',
    'security_group_rules',
    'tags',
    'created_at',
    'updated_at',
    'revision_number',
    'project_id',
  ],
});
