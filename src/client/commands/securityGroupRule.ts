import { flag, option, positional, withUnderscores } from '../argparse/argument.ts';
import { lowercase } from '../argparse/types.ts';
import type { Call, Commands } from '../command.ts';
import { appliedAs } from '../diagnosis/wait.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show } from '../kinds/one.ts';
import { type Dict, type Json, str } from '../python/value.ts';
import { securityGroup, securityGroupRule } from '../resources.ts';
import { byIds } from './byIds.ts';

const isTruthy = (value: Json | undefined): boolean => Boolean(value);

/** `22/tcp`, `1-9/udp`, `icmp (type:8, code:0)`, another protocol as it is, or null for any. */
export const protocolAndPorts = ({
  protocol = null,
  port_range_min: min = null,
  port_range_max: max = null,
}: Dict): Json => {
  if (protocol === 'tcp' || protocol === 'udp') {
    if (!min) return protocol;
    return min === max ? `${str(min)}/${protocol}` : `${str(min)}-${str(max)}/${protocol}`;
  }
  if (protocol !== 'icmp') return protocol;
  const details = [min === null ? [] : `type:${str(min)}`, max === null ? [] : `code:${str(max)}`].flat();
  return details.length > 0 ? `icmp (${details.join(', ')})` : 'icmp';
};

const remote = ({ remote_ip_prefix: prefix, remote_group_id: group }: Dict): Json =>
  isTruthy(prefix) ? `${str(prefix!)} (CIDR)` : isTruthy(group) ? `${str(group!)} (group)` : null;

interface Digest {
  readonly of: readonly string[];
  make(rule: Dict): Json;
}

const ports: Digest = { of: ['protocol', 'port_range_min', 'port_range_max'], make: protocolAndPorts };

/** Columns made of several attributes; `protocol/port` is an older name. */
const digests: Readonly<Record<string, Digest>> = {
  remote: { of: ['remote_ip_prefix', 'remote_group_id'], make: remote },
  'port/protocol': ports,
  'protocol/port': ports,
};

/** Attributes shown as the name of a security group, by their titles. */
const titles: Readonly<Record<string, string>> = {
  security_group_id: 'security_group',
  remote_group_id: 'remote_group',
};

const fieldsToAsk = (names: string[]): string[] => {
  const attributes = names.map((name) => Object.keys(titles).find((key) => titles[key] === name) ?? name);
  const needed = Object.entries(digests).flatMap(([name, { of }]) => (attributes.includes(name) ? of : []));
  return [...attributes.filter((name) => !digests[name]), ...needed];
};

const groupNames = async (rules: Dict[], call: Call): Promise<Map<string, Dict>> => {
  if (call.args.flag('no_nameconv')) return new Map();
  const ids = new Set<string>();
  for (const rule of rules)
    for (const key of Object.keys(titles)) if (isTruthy(rule[key])) ids.add(str(rule[key]!));
  return byIds(call, { resource: securityGroup, ids: [...ids], fields: ['id', 'name'] });
};

const nameGroups = async (rules: Dict[], call: Call): Promise<void> => {
  const groups = await groupNames(rules, call);
  for (const rule of rules) {
    for (const key of Object.keys(titles)) {
      const name = groups.get(str(rule[key] ?? null))?.name;
      if (key in rule && isTruthy(name)) rule[key] = name!;
    }
    for (const [name, { of, make }] of Object.entries(digests))
      if (of.every((attribute) => attribute in rule)) rule[name] = make(rule) || 'any';
  }
};

export const commands: Commands = {
  'security-group-rule-list': list({
    resource: securityGroupRule,
    about: 'List security group rules that belong to a given tenant.',
    columns: ['id', 'security_group_id', 'direction', 'ethertype', 'port/protocol', 'remote'],
    arguments: [flag('--no-nameconv', { help: 'Show the IDs of security groups instead of their names.' })],
    fields: fieldsToAsk,
    extend: nameGroups,
    titles,
    titled: ({ args }) => !args.flag('no_nameconv'),
  }),
  'security-group-rule-show': show({
    resource: securityGroupRule,
    about: 'Show a security group rule.',
    names: false,
  }),
  'security-group-rule-create': create({
    resource: securityGroupRule,
    about: 'Create a security group rule.',
    applied: appliedAs(securityGroup, 'security_group_id'),
    arguments: [
      option('--description', { help: 'Description of security group rule.' }),
      positional('security_group_id', 'SECURITY_GROUP', { help: 'ID or name of the security group.' }),
      option('--direction', {
        type: lowercase,
        default: 'ingress',
        choices: ['ingress', 'egress'],
        help: 'Traffic that comes in to the port, or goes out.',
      }),
      option('--ethertype', { help: 'IPv4/IPv6' }),
      option('--protocol', { type: lowercase, help: 'icmp, icmpv6, tcp, udp or a number from 0 to 255.' }),
      ...withUnderscores(option('--port-range-min', { help: 'First port; for ICMP, the type.' })),
      ...withUnderscores(option('--port-range-max', { help: 'Last port; for ICMP, the code.' })),
      ...withUnderscores(option('--remote-ip-prefix', { help: 'Addresses at the other end.' })),
      ...withUnderscores(
        option('--remote-group-id', {
          metavar: 'REMOTE_GROUP',
          help: 'ID or name of the security group at the other end.',
        }),
      ),
    ],
    body: async ({ args, api }) => ({
      security_group_id: await api.findId(securityGroup, args.text('security_group_id') ?? ''),
      direction: args.get('direction')!,
      ethertype: args.text('ethertype') ?? (args.get('protocol') === 'icmpv6' ? 'IPv6' : 'IPv4'),
      ...args.pick(
        'protocol',
        'port_range_min',
        'port_range_max',
        'remote_ip_prefix',
        'tenant_id',
        'description',
      ),
      ...(args.text('remote_group_id')
        ? { remote_group_id: await api.findId(securityGroup, args.text('remote_group_id')!) }
        : {}),
    }),
  }),
  'security-group-rule-delete': remove({
    resource: securityGroupRule,
    about: 'Delete security group rules.',
    applied: appliedAs(securityGroup, 'security_group_id'),
    names: false,
  }),
};
