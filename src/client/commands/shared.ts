import { type Argument, flag, option, repeated, type Section } from '../argparse/argument.ts';
import type { Call } from '../command.ts';
import { type Dict, dumps, type Json } from '../python/value.ts';
import { qosPolicy as policy, subnet } from '../resources.ts';

/** Arguments and cells that several nouns have in common. */

export const filterSection: Section = { title: 'filtering arguments' };

export const tenantFilter = option('--tenant-id', { help: 'Those of this project.', section: filterSection });

/** `--tags` and its three variations. */
export const tagFilters = (what: string): Argument[] =>
  [
    ['--tags', 'with all of these tags'],
    ['--tags-any', 'with any of these tags'],
    ['--not-tags', 'without all of these tags'],
    ['--not-tags-any', 'without any of these tags'],
  ].map(([name, which]) =>
    option(name!, { metavar: 'TAG', help: `The ${what} ${which} (TAG,TAG…).`, section: filterSection }),
  );

export const adminStateDown = (help: string): Argument =>
  flag('--admin-state-down', { dest: 'admin_state', action: 'false', default: true, help });

export const availabilityZoneHints = (what: string): Argument =>
  repeated('--availability-zone-hint', {
    dest: 'availability_zone_hints',
    metavar: 'AVAILABILITY_ZONE',
    help: `Availability Zone for the ${what} (requires availability zone extension, this option can be repeated).`,
  });

export const qosPolicy = option('--qos-policy', {
  exclusive: 'qos policy',
  // Without the blank: the recorded help has it so.
  help: 'ID or name of the QoS policy that shouldbe attached to the resource.',
});

/** `--qos-policy` and its opposite, for updates. */
export const detachableQosPolicy: readonly Argument[] = [
  qosPolicy,
  flag('--no-qos-policy', { exclusive: 'qos policy', help: 'Detach QoS policy from the resource.' }),
];

/** The attribute that the QoS policy arguments ask for. */
export const qosPolicyOf = async (call: Call): Promise<Dict> => {
  const given = call.args.text('qos_policy');
  if (call.args.flag('no_qos_policy')) return { qos_policy_id: null };
  return given === undefined ? {} : { qos_policy_id: await call.api.findId(policy, given) };
};

export const dnsAttribute = (attribute: 'name' | 'domain', what: string): Argument =>
  option(`--dns-${attribute}`, {
    help: `Assign DNS ${attribute} to the ${what} (requires DNS integration extension)`,
  });

/** `--dns-…` and its opposite, for updates. */
export const dnsAssignable = (attribute: 'name' | 'domain', what: string): readonly Argument[] => [
  { ...dnsAttribute(attribute, what), exclusive: `dns ${attribute}` },
  flag(`--no-dns-${attribute}`, {
    exclusive: `dns ${attribute}`,
    help: `Unassign DNS ${attribute} from the ${what} (requires DNS integration extension.)`,
  }),
];

export const dnsValue = (attribute: 'name' | 'domain', { args }: Call): Dict =>
  args.flag(`no_dns_${attribute}`) ? { [`dns_${attribute}`]: '' } : args.given(`dns_${attribute}`);

/** `subnet_id=SUBNET,ip_address=IP_ADDR` values with the subnets' names resolved. */
export const resolveSubnets = async (call: Call, ips: readonly Dict[]): Promise<Dict[]> => {
  const resolved: Dict[] = [];
  for (const ip of ips) {
    const given = ip.subnet_id;
    resolved.push(
      typeof given === 'string' ? { ...ip, subnet_id: await call.api.findId(subnet, given) } : ip,
    );
  }
  return resolved;
};

/** A table cell with a list of structures, one JSON text a line. */
export const jsonLines =
  (attribute: string) =>
  (item: Dict): Json => {
    const value = item[attribute];
    return Array.isArray(value) ? value.map((each) => dumps(each)).join('\n') : '';
  };

/** A table cell with one structure as JSON. */
export const jsonCell =
  (attribute: string) =>
  (item: Dict): Json =>
    item[attribute] === undefined ? '' : dumps(item[attribute]);

/** Shows an agent's liveness as a face. */
export const showLiveness = async (agents: Dict[]): Promise<void> => {
  for (const agent of agents) if ('alive' in agent) agent.alive = agent.alive === true ? ':-)' : 'xxx';
};
