export const flavorsErrors = {
  DefaultServiceProviderNotFound: [
    400,
    'Service type %(service_type)s does not have a default service provider',
  ],
  ServiceProviderAlreadyAssociated: [
    409,
    "Resource '%(resource_id)s' is already associated with provider '%(provider)s' for service type '%(service_type)s'",
  ],
  ServiceProviderNotFound: [
    400,
    "Service provider '%(provider)s' could not be found for service type %(service_type)s",
  ],
  FlavorDisabled: [503, 'Flavor is not enabled.'],
  FlavorInUse: [409, 'Flavor %(flavor_id)s is used by some service instance.'],
  FlavorNotFound: [404, 'Flavor %(flavor_id)s could not be found.'],
  FlavorServiceProfileBindingExists: [
    409,
    'Service Profile %(sp_id)s is already associated with flavor %(fl_id)s.',
  ],
  FlavorServiceProfileBindingNotFound: [
    404,
    'Service Profile %(sp_id)s is not associated with flavor %(fl_id)s.',
  ],
  ServiceProfileDisabled: [503, 'Service Profile is not enabled.'],
  ServiceProfileDriverNotFound: [404, 'Service Profile driver %(driver)s could not be found.'],
  ServiceProfileEmpty: [400, 'Service Profile needs either a driver or metainfo.'],
  ServiceProfileInUse: [409, 'Service Profile %(sp_id)s is used by some service instance.'],
  ServiceProfileNotFound: [404, 'Service Profile %(sp_id)s could not be found.'],
} as const;
