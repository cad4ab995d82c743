/**
 * Where a definition differs from Python Neutron's on purpose: `resource.attribute`, what differs, and why. A row that no
 * longer differs fails the suite.
 */
export const departures: readonly (readonly [where: string, what: string, why: string])[] = [
  [
    'port.mac_address',
    'convert',
    'the service makes an address for a port without one, in the transaction that keeps it unique',
  ],
  ['port.mac_address', 'validate', 'the same: null reaches the service'],
  [
    'port.allowed_address_pairs',
    'validate',
    'the limit is an option, max_allowed_address_pair: 10 by default',
  ],
  ['router.external_gateway_info', 'validate', 'qos_policy_id comes with qos-gateway-ip, which is not here'],
  [
    'subnetpool',
    'alias',
    "Neutron serves subnet pools by an extension's controller, though their attributes are of the core",
  ],
  [
    'security_group',
    'order',
    "the guide's cloud finds fault with its own attributes first; the reference is of a server with more plugins",
  ],
  ['security_group_rule', 'order', 'the same'],
];
