/**
 * Neutron's default rules for resources that this server does not have: policy files name them too. Of two, the first
 * is the new default and the second the deprecated one.
 */
export const notServedPolicies = {
  create_floatingip_port_forwarding: [
    'role:member and project_id:%(project_id)s or rule:ext_parent_owner',
    'rule:admin_or_ext_parent_owner',
  ],
  get_floatingip_port_forwarding: [
    'role:reader and project_id:%(project_id)s or rule:ext_parent_owner',
    'rule:admin_or_ext_parent_owner',
  ],
  update_floatingip_port_forwarding: [
    'role:member and project_id:%(project_id)s or rule:ext_parent_owner',
    'rule:admin_or_ext_parent_owner',
  ],
  delete_floatingip_port_forwarding: [
    'role:member and project_id:%(project_id)s or rule:ext_parent_owner',
    'rule:admin_or_ext_parent_owner',
  ],
  create_router_conntrack_helper: [
    'role:member and project_id:%(project_id)s or rule:ext_parent_owner',
    'rule:admin_or_ext_parent_owner',
  ],
  get_router_conntrack_helper: [
    'role:reader and project_id:%(project_id)s or rule:ext_parent_owner',
    'rule:admin_or_ext_parent_owner',
  ],
  update_router_conntrack_helper: [
    'role:member and project_id:%(project_id)s or rule:ext_parent_owner',
    'rule:admin_or_ext_parent_owner',
  ],
  delete_router_conntrack_helper: [
    'role:member and project_id:%(project_id)s or rule:ext_parent_owner',
    'rule:admin_or_ext_parent_owner',
  ],
  create_local_ip: ['role:member and project_id:%(project_id)s', 'rule:regular_user'],
  get_local_ip: ['role:reader and project_id:%(project_id)s', 'rule:admin_or_owner'],
  update_local_ip: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  delete_local_ip: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  create_local_ip_port_association: [
    'role:member and project_id:%(project_id)s or rule:ext_parent_owner',
    'rule:admin_or_ext_parent_owner',
  ],
  get_local_ip_port_association: [
    'role:reader and project_id:%(project_id)s or rule:ext_parent_owner',
    'rule:admin_or_ext_parent_owner',
  ],
  delete_local_ip_port_association: [
    'role:member and project_id:%(project_id)s or rule:ext_parent_owner',
    'rule:admin_or_ext_parent_owner',
  ],
  get_loggable_resource: 'rule:admin_only',
  create_log: 'rule:admin_only',
  get_log: 'rule:admin_only',
  update_log: 'rule:admin_only',
  delete_log: 'rule:admin_only',
  create_metering_label: 'rule:admin_only',
  get_metering_label: ['rule:admin_only or role:reader and project_id:%(project_id)s', 'rule:admin_only'],
  delete_metering_label: 'rule:admin_only',
  create_metering_label_rule: 'rule:admin_only',
  get_metering_label_rule: [
    'rule:admin_only or role:reader and project_id:%(project_id)s',
    'rule:admin_only',
  ],
  delete_metering_label_rule: 'rule:admin_only',
  create_ndp_proxy: ['role:member and project_id:%(project_id)s', 'rule:regular_user'],
  get_ndp_proxy: ['role:reader and project_id:%(project_id)s', 'rule:admin_or_owner'],
  update_ndp_proxy: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  delete_ndp_proxy: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  create_network_segment_range: 'rule:admin_only',
  get_network_segment_range: 'rule:admin_only',
  update_network_segment_range: 'rule:admin_only',
  delete_network_segment_range: 'rule:admin_only',
  create_segment: 'rule:admin_only',
  get_segment: 'rule:admin_only',
  update_segment: 'rule:admin_only',
  delete_segment: 'rule:admin_only',
  create_trunk: ['role:member and project_id:%(project_id)s', 'rule:regular_user'],
  get_trunk: ['role:reader and project_id:%(project_id)s', 'rule:admin_or_owner'],
  update_trunk: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  delete_trunk: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  get_subports: ['role:reader and project_id:%(project_id)s', 'rule:regular_user'],
  add_subports: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  remove_subports: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
} as const;
