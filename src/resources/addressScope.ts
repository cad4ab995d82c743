import { defineResource } from './definition.ts';
import { addressScopePolicies } from './policies/addressScope.ts';
import { id, name, projectId } from './standardAttributes.ts';

/** Subnet pools whose addresses do not overlap and may be routed to each other without NAT. */
export const addressScope = defineResource({
  name: 'address_scope',
  collection: 'address_scopes',
  path: 'address-scopes',
  alias: 'address-scope',
  bulk: true,
  policies: addressScopePolicies,
  attributes: {
    id,
    name,
    tenant_id: projectId,
    shared: {
      post: true,
      put: true,
      default: false,
      convert: 'boolean',
      filter: true,
      sort: true,
      enforcePolicy: true,
      requiredByPolicy: true,
    },
    ip_version: { post: true, convert: 'int', validate: { values: [4, 6] }, filter: true, sort: true },
  },
  order: ['id', 'project_id', 'name', 'shared', 'ip_version', 'tenant_id'],
});
