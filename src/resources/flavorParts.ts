import { defineResource } from './definition.ts';

const tenant_id = { post: true, validate: { string: 255 }, requiredByPolicy: true } as const;

/** The service profiles behind a flavor. */
export const flavorServiceProfile = defineResource({
  name: 'service_profile',
  collection: 'service_profiles',
  path: 'service_profiles',
  below: 'flavor',
  alias: 'flavors',
  bulk: true,
  attributes: { id: { post: true, validate: 'uuid' }, tenant_id },
  order: ['id', 'tenant_id', 'project_id'],
});

/** The provider that would serve the next instance of a flavor. */
export const flavorNextProvider = defineResource({
  name: 'next_provider',
  collection: 'next_providers',
  path: 'next_providers',
  below: 'flavor',
  alias: 'flavors',
  attributes: { provider: {}, driver: {}, metainfo: {}, tenant_id },
  order: ['provider', 'driver', 'metainfo', 'tenant_id', 'project_id'],
});
