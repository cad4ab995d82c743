import { defineResource } from './definition.ts';
import { flavorPolicies } from './policies/flavor.ts';
import { id, name } from './standardAttributes.ts';

/** A kind of service that users choose by name. */
export const flavor = defineResource({
  name: 'flavor',
  collection: 'flavors',
  path: 'flavors',
  alias: 'flavors',
  policies: flavorPolicies,
  attributes: {
    id,
    name,
    description: {
      post: true,
      put: true,
      default: '',
      validate: { string_or_none: 1024 },
      filter: true,
      sort: true,
    },
    service_type: { post: true, validate: 'service_plugin_type', filter: true, sort: true },
    tenant_id: { post: true, validate: { string: 255 }, requiredByPolicy: true },
    service_profiles: { post: true, put: true, default: [], validate: 'uuid_list' },
    enabled: {
      post: true,
      put: true,
      default: true,
      convert: 'boolean_if_not_none',
      filter: true,
      sort: true,
    },
  },
  order: [
    'id',
    'name',
    'description',
    'service_type',
    'enabled',
    'service_profiles',
    'tenant_id',
    'project_id',
  ],
});
