export const qosErrors = {
  QosPlacementAllocationUpdateConflict: [
    409,
    'Updating placement allocation with %(alloc_diff)s for consumer %(consumer)s failed. The requested resources would exceed the capacity available.',
  ],
  FloatingIPQosBindingError: [
    500,
    'QoS binding for floating IP %(fip_id)s and policy %(policy_id)s could not be created: %(db_error)s.',
  ],
  FloatingIPQosBindingNotFound: [
    404,
    'QoS binding for floating IP %(fip_id)s and policy %(policy_id)s could not be found.',
  ],
  NetworkQosBindingError: [
    500,
    'QoS binding for network %(net_id)s and policy %(policy_id)s could not be created: %(db_error)s.',
  ],
  NetworkQosBindingNotFound: [
    404,
    'QoS binding for network %(net_id)s and policy %(policy_id)s could not be found.',
  ],
  PolicyRemoveAuthorizationError: [
    403,
    'Failed to remove provided policy %(policy_id)s because you are not authorized.',
  ],
  PortQosBindingError: [
    500,
    'QoS binding for port %(port_id)s and policy %(policy_id)s could not be created: %(db_error)s.',
  ],
  PortQosBindingNotFound: [
    404,
    'QoS binding for port %(port_id)s and policy %(policy_id)s could not be found.',
  ],
  QoSPolicyDefaultAlreadyExists: [409, 'A default QoS policy exists for project %(project_id)s.'],
  QoSRuleParameterConflict: [
    409,
    'Unable to add the rule with value %(rule_value)s to the policy %(policy_id)s as the existing rule of type %(existing_rule)s has value %(existing_value)s.',
  ],
  QoSRulesConflict: [
    409,
    'Rule %(new_rule_type)s conflicts with rule %(rule_id)s which already exists in QoS Policy %(policy_id)s.',
  ],
  QosPlacementAllocationConflict: [
    409,
    'Allocation for consumer %(consumer)s is not possible on resource provider %(rp)s, the requested amount of bandwidth would exceed the capacity available.',
  ],
  QosPolicyInUse: [409, 'QoS Policy %(policy_id)s is used by %(object_type)s %(object_id)s.'],
  QosPolicyNotFound: [404, 'QoS policy %(policy_id)s could not be found.'],
  QosRuleNotFound: [404, 'QoS rule %(rule_id)s for policy %(policy_id)s could not be found.'],
  QosRuleNotSupported: [409, 'Rule %(rule_type)s is not supported by port %(port_id)s'],
  QosRuleNotSupportedByNetwork: [409, 'Rule %(rule_type)s is not supported by network %(network_id)s'],
  RouterQosBindingError: [
    500,
    'QoS binding for router %(router_id)s gateway and policy %(policy_id)s could not be created: %(db_error)s.',
  ],
  RouterQosBindingNotFound: [
    404,
    'QoS binding for router %(router_id)s gateway and policy %(policy_id)s could not be found.',
  ],
  TcLibQdiscNeededArguments: [
    500,
    'TC Qdisc type %(qdisc_type)s needs following arguments: %(needed_arguments)s.',
  ],
  TcLibQdiscTypeError: [
    500,
    'TC Qdisc type %(qdisc_type)s is not supported; supported types: %(supported_qdisc_types)s.',
  ],
} as const;
