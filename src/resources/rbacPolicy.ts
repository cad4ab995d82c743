import { defineResource } from './definition.ts';
import { rbacPolicyPolicies } from './policies/rbacPolicy.ts';

/** Lets another project use an object. */
export const rbacPolicy = defineResource({
  name: 'rbac_policy',
  collection: 'rbac_policies',
  path: 'rbac-policies',
  alias: 'rbac-policies',
  unpaged: true,
  quota: 10,
  policies: rbacPolicyPolicies,
  attributes: {
    id: { validate: 'uuid', filter: true },
    object_type: {
      post: true,
      default: null,
      convert: 'valid_object_type',
      filter: true,
      enforcePolicy: true,
    },
    object_id: { post: true, validate: 'uuid', filter: true, enforcePolicy: true },
    target_tenant: { post: true, put: true, validate: { string: 255 }, filter: true, enforcePolicy: true },
    tenant_id: { post: true, validate: { string: 255 }, filter: true, requiredByPolicy: true },
    action: { post: true, validate: { string: 255 }, filter: true, enforcePolicy: true },
  },
  order: ['id', 'project_id', 'action', 'object_id', 'target_tenant', 'object_type', 'tenant_id'],
});
