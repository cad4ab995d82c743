import { defineResource } from './definition.ts';
import { addressGroupPolicies } from './policies/addressGroup.ts';
import { id, name, projectId } from './standardAttributes.ts';

/** Addresses that security group rules refer to together. */
export const addressGroup = defineResource({
  name: 'address_group',
  collection: 'address_groups',
  path: 'address-groups',
  alias: 'address-group',
  bulk: true,
  actions: ['add_addresses', 'remove_addresses'],
  policies: addressGroupPolicies,
  attributes: {
    id,
    name,
    description: { post: true, put: true, default: '', validate: { string: 1024 }, filter: true, sort: true },
    tenant_id: { ...projectId, called: 'project_id' },
    addresses: { post: true, optional: true, convert: 'none_to_empty_list', validate: 'subnet_list' },
    shared: { convert: 'boolean', hidden: true },
  },
  order: ['id', 'name', 'project_id', 'addresses', 'description', 'tenant_id'],
});
