/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const networkIpAvailabilityPolicies = {
  get_network_ip_availability: 'rule:admin_only',
} as const;
