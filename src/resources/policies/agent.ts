/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const agentPolicies = {
  get_agent: 'rule:admin_only',
  update_agent: 'rule:admin_only',
  delete_agent: 'rule:admin_only',
  'create_dhcp-network': 'rule:admin_only',
  'get_dhcp-networks': 'rule:admin_only',
  'delete_dhcp-network': 'rule:admin_only',
  'create_l3-router': 'rule:admin_only',
  'get_l3-routers': 'rule:admin_only',
  'delete_l3-router': 'rule:admin_only',
  'get_dhcp-agents': 'rule:admin_only',
  'get_l3-agents': 'rule:admin_only',
} as const;
