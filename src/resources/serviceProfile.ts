import { defineResource } from './definition.ts';
import { serviceProfilePolicies } from './policies/serviceProfile.ts';
import { id } from './standardAttributes.ts';

/** A driver and its parameters, behind a flavor. */
export const serviceProfile = defineResource({
  name: 'service_profile',
  collection: 'service_profiles',
  path: 'service_profiles',
  alias: 'flavors',
  policies: serviceProfilePolicies,
  attributes: {
    id,
    description: {
      post: true,
      put: true,
      default: '',
      validate: { string_or_none: 1024 },
      filter: true,
      sort: true,
    },
    driver: { post: true, put: true, default: '', validate: { string: 1024 }, filter: true, sort: true },
    metainfo: { post: true, put: true, default: '', sort: true },
    tenant_id: { post: true, validate: { string: 255 }, requiredByPolicy: true },
    enabled: {
      post: true,
      put: true,
      default: true,
      convert: 'boolean_if_not_none',
      filter: true,
      sort: true,
    },
  },
  order: ['id', 'description', 'driver', 'enabled', 'metainfo', 'tenant_id', 'project_id'],
});
