/** A difference between the answers that is known, and why it is there. */
export interface Departure {
  /** The question's title. */
  readonly where: RegExp;
  /** The field's path. */
  readonly what: RegExp;
  readonly why: string;
}

export const departures: readonly Departure[] = [
  {
    where: /^(get_|sync_routers|security_group_)/,
    what: /(^|\.)resource_request$/,
    why: 'what Placement is to be told of a port: not served, and null without rules of a minimum; agents do not read it',
  },
  {
    where: /^sync_routers/,
    what: /_floatingips\[\d+\]\.qos_(network_)?policy_id$/,
    why: 'policies of floating IPs are not served',
  },
  {
    where: /^security_group_rules_for_devices/,
    what: /\.security_group_source_groups$/,
    why: 'Neutron names a remote group once for each rule that has it, ours once; it is taken as a set',
  },
  {
    where: /^pull .*"AddressGroup"/,
    what: /^(result|failure|message)$/,
    why: 'Neutron provides address groups in pushes and in bulk alone; ours answers for one as well',
  },
];
