export const ml2Errors = {
  ExtensionDriverError: [400, 'Extension %(driver)s failed.'],
  ExtensionDriverNotFound: [
    500,
    'Extension driver %(driver)s required for service plugin %(service_plugin)s not found.',
  ],
  UnknownNetworkType: [500, 'Unknown network type %(network_type)s.'],
} as const;
