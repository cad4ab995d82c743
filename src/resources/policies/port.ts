/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const portPolicies = {
  create_port: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:regular_user'],
  'create_port:device_owner': [
    'not rule:network_device or rule:admin_only or rule:context_is_advsvc or rule:network_owner',
    'not rule:network_device or rule:context_is_advsvc or rule:admin_or_network_owner',
  ],
  'create_port:mac_address': [
    'rule:context_is_advsvc or rule:network_owner or rule:admin_only',
    'rule:context_is_advsvc or rule:admin_or_network_owner',
  ],
  'create_port:fixed_ips': [
    'rule:context_is_advsvc or rule:network_owner or rule:admin_only or rule:shared',
    'rule:context_is_advsvc or rule:admin_or_network_owner or rule:shared',
  ],
  'create_port:fixed_ips:ip_address': [
    'rule:context_is_advsvc or rule:network_owner or rule:admin_only',
    'rule:context_is_advsvc or rule:admin_or_network_owner',
  ],
  'create_port:fixed_ips:subnet_id': [
    'rule:context_is_advsvc or rule:network_owner or rule:admin_only or rule:shared',
    'rule:context_is_advsvc or rule:admin_or_network_owner or rule:shared',
  ],
  'create_port:port_security_enabled': [
    'rule:context_is_advsvc or rule:network_owner or rule:admin_only',
    'rule:context_is_advsvc or rule:admin_or_network_owner',
  ],
  'create_port:binding:host_id': 'rule:admin_only',
  'create_port:binding:profile': 'rule:admin_only',
  'create_port:binding:vnic_type': [
    'rule:admin_only or role:member and project_id:%(project_id)s',
    'rule:regular_user',
  ],
  'create_port:allowed_address_pairs': [
    'rule:admin_only or rule:network_owner',
    'rule:admin_or_network_owner',
  ],
  'create_port:allowed_address_pairs:mac_address': [
    'rule:admin_only or rule:network_owner',
    'rule:admin_or_network_owner',
  ],
  'create_port:allowed_address_pairs:ip_address': [
    'rule:admin_only or rule:network_owner',
    'rule:admin_or_network_owner',
  ],
  get_port: [
    'rule:admin_only or rule:context_is_advsvc or role:reader and project_id:%(project_id)s',
    'rule:context_is_advsvc or rule:admin_owner_or_network_owner',
  ],
  'get_port:binding:vif_type': 'rule:admin_only',
  'get_port:binding:vif_details': 'rule:admin_only',
  'get_port:binding:host_id': 'rule:admin_only',
  'get_port:binding:profile': 'rule:admin_only',
  'get_port:resource_request': 'rule:admin_only',
  update_port: [
    'rule:admin_only or role:member and project_id:%(project_id)s or rule:context_is_advsvc',
    'rule:admin_or_owner or rule:context_is_advsvc',
  ],
  'update_port:device_owner': [
    'not rule:network_device or rule:context_is_advsvc or rule:network_owner or rule:admin_only',
    'not rule:network_device or rule:context_is_advsvc or rule:admin_or_network_owner',
  ],
  'update_port:mac_address': 'rule:admin_only or rule:context_is_advsvc',
  'update_port:fixed_ips': [
    'rule:context_is_advsvc or rule:network_owner or rule:admin_only',
    'rule:context_is_advsvc or rule:admin_or_network_owner',
  ],
  'update_port:fixed_ips:ip_address': [
    'rule:context_is_advsvc or rule:network_owner or rule:admin_only',
    'rule:context_is_advsvc or rule:admin_or_network_owner',
  ],
  'update_port:fixed_ips:subnet_id': [
    'rule:context_is_advsvc or rule:network_owner or rule:admin_only or rule:shared',
    'rule:context_is_advsvc or rule:admin_or_network_owner or rule:shared',
  ],
  'update_port:port_security_enabled': [
    'rule:context_is_advsvc or rule:network_owner or rule:admin_only',
    'rule:context_is_advsvc or rule:admin_or_network_owner',
  ],
  'update_port:binding:host_id': 'rule:admin_only',
  'update_port:binding:profile': 'rule:admin_only',
  'update_port:binding:vnic_type': [
    'rule:admin_only or role:member and project_id:%(project_id)s or rule:context_is_advsvc',
    'rule:admin_or_owner or rule:context_is_advsvc',
  ],
  'update_port:allowed_address_pairs': [
    'rule:admin_only or rule:network_owner',
    'rule:admin_or_network_owner',
  ],
  'update_port:allowed_address_pairs:mac_address': [
    'rule:admin_only or rule:network_owner',
    'rule:admin_or_network_owner',
  ],
  'update_port:allowed_address_pairs:ip_address': [
    'rule:admin_only or rule:network_owner',
    'rule:admin_or_network_owner',
  ],
  'update_port:data_plane_status': [
    'rule:admin_only or role:data_plane_integrator',
    'rule:admin_or_data_plane_int',
  ],
  delete_port: [
    'rule:admin_only or rule:context_is_advsvc or role:member and project_id:%(project_id)s',
    'rule:context_is_advsvc or rule:admin_owner_or_network_owner',
  ],
} as const;
