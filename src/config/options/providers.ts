import { group, multi } from '../option.ts';

/** Drivers of services that flavors can choose from. */
export const serviceProviders = group('service_providers', {
  service_provider: multi([], 'type:name:driver[:default], one a line'),
});
