/** A known difference from the recording: in which exchanges, of what kind, and why it is none of behaviour. */
export interface Departure {
  readonly where: RegExp;
  readonly what: RegExp;
  readonly why: string;
}

export const departures: readonly Departure[] = [
  {
    where: /^(ports|security-groups): /,
    what: /fixed_ips|already allocated in subnet/,
    why: 'of several IPv4 subnets the one with the least id gives the address, and ids are random',
  },
  {
    where: /^security-group-rules: update empty body$/,
    what: /^status 500/,
    why: 'Python Neutron fails with 500 here',
  },
  {
    where: /^(routers: routes|agents: l3 routers)/,
    what: /enable_snat/,
    why: 'in Python Neutron a refused change of the gateway before this has turned SNAT on',
  },
  {
    where: /^ipv6: post subnets 50$/,
    what: /NeutronError/,
    why: 'prefix delegation is refused before anything else',
  },
  {
    where: /^flavors: put routers 2$/,
    what: /NeutronError/,
    why: 'Python Neutron tells two faults at once',
  },
  {
    where: /^floatingips: (show associated|disassociate)$/,
    what: /status/,
    why: 'an L3 agent reports the status; none runs here',
  },
  {
    where: /^floatingips: second on same port$/,
    what: /message/,
    why: 'the message names an id that is rolled back',
  },
  {
    where: /^(rbac-|sharing: unshare|address-groups: unshare)/,
    what: /Callback \S+ failed with "(.*?)".* is '.*Callback validate_rbac_policy_change failed with "\1"/s,
    why: 'Python Neutron names every callback that fails, with a number of the process; the reason stands once here',
  },
  {
    where: /^rbac-networks: missing as demo /,
    what: /'NoneType' object is not subscriptable/,
    why: 'the message says that the object does not exist',
  },
  {
    where: /^rbac-networks: (bad type null|type number|missing |bad action subnetpool)/,
    what: /^status 500 is 400/,
    why: 'Python Neutron fails with 500 here',
  },
  {
    where: /^rbac-(policies: update empty body|security-groups: update empty)$/,
    what: /^status 409 is 200/,
    why: 'Python Neutron looks for the missing target; no change is no conflict here',
  },
  {
    where: /^address-groups: (create bulk|add wrapped|add none|add null|remove none)$/,
    what: /^status 500 is/,
    why: 'Python Neutron fails with 500 here',
  },
  {
    where: /^address-groups: add not list$/,
    what: /AddrFormatError|invalid IPNetwork/,
    why: 'Python Neutron takes each character for an address',
  },
  {
    where: /^address-groups: show fields$/,
    what: /tenant_id: missing/,
    why: 'Python Neutron shows tenant_id of this resource whatever fields are asked for',
  },
  {
    where: /^rbac-/,
    what: /of type network with ID \S+ not found' is '.*of type unknown/,
    why: 'a process of Python Neutron knows the types of policies that it has seen before',
  },
  {
    where: /^agents: show Linux bridge agent compute$/,
    what: /description/,
    why: 'was set before the recording',
  },
  {
    where: /^agents: (l3 routers|dhcp networks)$/,
    what: /items are|\.routers\[/,
    why: 'depends on what else there was',
  },
  {
    where: /^deletes: delete (net with ports|dhcp port|subnet|net|net again)$/,
    what: /message|status/,
    why: 'depends on the ports there were; no DHCP agent runs here',
  },
  {
    where: /^root: OPTIONS networks$/,
    what: /items are/,
    why: 'depends on what else there was',
  },
  {
    where: /^subnetpools: scope bulk$/,
    what: /^status 500/,
    why: 'Python Neutron fails with 500 here',
  },
  {
    where: /^subnetpools: (get|post) action$/,
    what: /^status 404 is 405/,
    why: 'Python Neutron serves subnet pools by another controller, which says so',
  },
  {
    where: /^subnetpools: (pool of other version in scope|onboard again)$/,
    what: /message/,
    why: 'the message names an id that is rolled back, or one of several',
  },
  {
    where: /^auto-allocation: (list|list admin|put availability|delete availability)$/,
    what: /^status 500 is 405/,
    why: 'Python Neutron fails with 500 here',
  },
  {
    where: /^auto-allocation: (undefault|external off)$/,
    what: /availability_zones/,
    why: 'Python Neutron schedules a network without DHCP when a gateway comes',
  },
  {
    where: /^auto-allocation: (availability|delete network by hand)$/,
    what: /subnet_ip_availability|used_ips|message/,
    why: 'depends on the ports there were; no DHCP agent runs here',
  },
  {
    where: /^auto-allocation: limit$/,
    what: /./,
    why: 'of two networks the one with the least id comes first, and ids are random',
  },
  {
    where: /^auto-allocation: vp2$/,
    what: /ip_address/,
    why: 'of a few addresses one is chosen at random',
  },
];
