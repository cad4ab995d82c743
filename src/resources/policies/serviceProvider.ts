/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const serviceProviderPolicies = {
  get_service_provider: ['role:reader', 'rule:regular_user'],
} as const;
