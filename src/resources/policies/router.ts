/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const routerPolicies = {
  create_router: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:regular_user'],
  'create_router:distributed': 'rule:admin_only',
  'create_router:ha': 'rule:admin_only',
  'create_router:external_gateway_info': [
    'rule:admin_only or role:member and project_id:%(project_id)s',
    'rule:admin_or_owner',
  ],
  'create_router:external_gateway_info:network_id': [
    'rule:admin_only or role:member and project_id:%(project_id)s',
    'rule:admin_or_owner',
  ],
  'create_router:external_gateway_info:enable_snat': 'rule:admin_only',
  'create_router:external_gateway_info:external_fixed_ips': 'rule:admin_only',
  get_router: ['rule:admin_only or role:reader and project_id:%(project_id)s', 'rule:admin_or_owner'],
  'get_router:distributed': 'rule:admin_only',
  'get_router:ha': 'rule:admin_only',
  update_router: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  'update_router:distributed': 'rule:admin_only',
  'update_router:ha': 'rule:admin_only',
  'update_router:external_gateway_info': [
    'rule:admin_only or role:member and project_id:%(project_id)s',
    'rule:admin_or_owner',
  ],
  'update_router:external_gateway_info:network_id': [
    'rule:admin_only or role:member and project_id:%(project_id)s',
    'rule:admin_or_owner',
  ],
  'update_router:external_gateway_info:enable_snat': 'rule:admin_only',
  'update_router:external_gateway_info:external_fixed_ips': 'rule:admin_only',
  delete_router: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  add_router_interface: [
    'rule:admin_only or role:member and project_id:%(project_id)s',
    'rule:admin_or_owner',
  ],
  remove_router_interface: [
    'rule:admin_only or role:member and project_id:%(project_id)s',
    'rule:admin_or_owner',
  ],
  add_extraroutes: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  remove_extraroutes: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
} as const;
