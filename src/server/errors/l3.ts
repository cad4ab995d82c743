export const l3Errors = {
  ConntrackHelperNotAllowed: [400, 'Conntrack Helper %(helper)s is not allowed.'],
  ConntrackHelperNotFound: [404, 'Conntrack Helper %(id)s could not be found.'],
  InvalidProtocolForHelper: [
    400,
    'Conntrack Helper %(helper)s does not support: %(protocol)s. Supported protocols are: %(supported_protocols)s',
  ],
  AddressScopeConflict: [
    409,
    "The IPv6 address scope %(ext_address_scope)s of external network conflict with internal network's IPv6 address scope %(internal_address_scope)s.",
  ],
  InvalidAddress: [400, 'The address %(address)s is invalid, reason: %(reason)s.'],
  NDPProxyNotFound: [404, 'Ndp proxy %(id)s could not be found.'],
  PortUnreachableRouter: [409, 'The port %(port_id)s cannot reach the router %(router_id)s by IPv6 subnet.'],
  RouterGatewayInUseByNDPProxy: [
    409,
    'Unable to unset external gateway of router %(router_id)s, There are one or more ndp proxies still in use on the router.',
  ],
  RouterGatewayNotValid: [409, 'Can not enable ndp proxy on router %(router_id)s, %(reason)s.'],
  RouterIPv6GatewayInUse: [
    409,
    "Can't remove the IPv6 subnet from external gateway of router %(router_id)s, the IPv6 subnet in use by the router's ndp proxy.",
  ],
  RouterInterfaceInUseByNDPProxy: [
    409,
    'Unable to remove subnet %(subnet_id)s from router %(router_id)s, There are one or more ndp proxies still in use on the subnet.',
  ],
  RouterNDPProxyNotEnable: [
    409,
    'The enable_ndp_proxy parameter of router %(router_id)s must be set as True while create ndp proxy entry on it.',
  ],
  FipInUseByPortForwarding: [409, 'Floating IP %(id)s in use by Port Forwarding resources.'],
  PortForwardingNotFound: [404, 'Port Forwarding %(id)s could not be found.'],
  PortForwardingNotSupportFilterField: [400, 'Port Forwarding filter %(filter)s is not supported.'],
  PortHasBindingFloatingIP: [
    409,
    'Cannot create port forwarding to floating IP %(floating_ip_address)s (%(fip_id)s) with port %(port_id)s using fixed IP %(fixed_ip)s, as that port already has a binding floating IP.',
  ],
  PortHasPortForwarding: [
    400,
    'Cannot associate floating IP to port %(port_id)s because it already has a Port Forwarding binding.',
  ],
  DVRMacAddressNotFound: [404, 'Distributed Virtual Router Mac Address for host %(host)s does not exist.'],
  InvalidRoutes: [400, 'Invalid format for routes: %(routes)s, %(reason)s'],
  RouterInterfaceInUseByRoute: [
    409,
    'Router interface for subnet %(subnet_id)s on router %(router_id)s cannot be deleted, as it is required by one or more routes.',
  ],
  RoutesExhausted: [
    400,
    'Unable to complete operation for %(router_id)s. The number of routes exceeds the maximum %(quota)s.',
  ],
  AbortSyncRouters: [500, 'Aborting periodic_sync_routers_task due to an error.'],
  ExternalGatewayForFloatingIPNotFound: [
    404,
    'External network %(external_network_id)s is not reachable from subnet %(subnet_id)s.  Therefore, cannot associate Port %(port_id)s with a Floating IP.',
  ],
  FloatingIPNotFound: [404, 'Floating IP %(floatingip_id)s could not be found'],
  FloatingIPPortAlreadyAssociated: [
    409,
    'Cannot associate floating IP %(floating_ip_address)s (%(fip_id)s) with port %(port_id)s using fixed IP %(fixed_ip)s, as that fixed IP already has a floating IP on external network %(net_id)s.',
  ],
  FloatingIpSetupException: [500, 'An unknown exception occurred.'],
  IpTablesApplyException: [500, 'An unknown exception occurred.'],
  L3ExtensionException: [
    500,
    'The following L3 agent extensions do not inherit from ``neutron_lib.agent.l3_extension.L3AgentExtension``: %(extensions)s.',
  ],
  RouterExternalGatewayInUseByFloatingIp: [
    409,
    'Gateway cannot be updated for router %(router_id)s, since a gateway to external network %(net_id)s is required by one or more floating IPs.',
  ],
  RouterInUse: [409, 'Router %(router_id)s %(reason)s'],
  RouterInterfaceAttachmentConflict: [409, 'Error %(reason)s while attempting the operation.'],
  RouterInterfaceInUseByFloatingIP: [
    409,
    'Router interface for subnet %(subnet_id)s on router %(router_id)s cannot be deleted, as it is required by one or more floating IPs.',
  ],
  RouterInterfaceNotFound: [404, 'Router %(router_id)s does not have an interface with id %(port_id)s'],
  RouterInterfaceNotFoundForSubnet: [404, 'Router %(router_id)s has no interface on subnet %(subnet_id)s'],
  RouterNotCompatibleWithAgent: [500, "Router '%(router_id)s' is not compatible with this agent."],
  RouterNotFound: [404, 'Router %(router_id)s could not be found'],
  RouterNotFoundInRouterFactory: [
    500,
    "Router '%(router_id)s' with features '%(features)s' could not be found in the router factory.",
  ],
  HAMaximumAgentsNumberNotValid: [
    500,
    'max_l3_agents_per_router %(max_agents)s config parameter is not valid as it cannot be negative. It must be 1 or greater. Alternatively, it can be 0 to mean unlimited.',
  ],
  HANetworkCIDRNotValid: [
    500,
    "The HA Network CIDR specified in the configuration file isn't valid; %(cidr)s.",
  ],
  HANetworkConcurrentDeletion: [409, 'Network for tenant %(tenant_id)s concurrently deleted.'],
  MaxVRIDAllocationTriesReached: [
    500,
    'Failed to allocate a VRID in the network %(network_id)s for the router %(router_id)s after %(max_tries)s tries.',
  ],
  NoVRIDAvailable: [
    409,
    'No more Virtual Router Identifier (VRID) available when creating router %(router_id)s. The limit of number of HA Routers per tenant is 254.',
  ],
  LocalIPAssociationNotFound: [
    404,
    'Local IP %(local_ip_id)s association with port %(port_id)s could not be found.',
  ],
  LocalIPInUse: [409, 'Local IP %(id)s is still associated with one or more ports.'],
  LocalIPNoIP: [400, 'Specified Port %(port_id)s has no fixed IPs configured.'],
  LocalIPNoRequestedIP: [
    400,
    'Specified Port %(port_id)s has several IPs, should specify exact IP address to use for Local IP.',
  ],
  LocalIPNotFound: [404, 'Local IP %(id)s could not be found.'],
  LocalIPPortOrNetworkRequired: [400, 'Either Port ID or Network ID must be specified for Local IP create.'],
  LocalIPRequestedIPNotFound: [400, 'Specified Port %(port_id)s does not have requested IP address: %(ip)s.'],
} as const;
