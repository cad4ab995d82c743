import { option, positional } from '../argparse/argument.ts';
import type { Commands } from '../command.ts';
import { appliedAs } from '../diagnosis/wait.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import { byCodePoint } from '../kinds/output.ts';
import { type Dict, isDict, type Json, str } from '../python/value.ts';
import { securityGroup } from '../resources.ts';
import { protocolAndPorts } from './securityGroupRule.ts';

/** A rule in one line: direction, ethertype, protocol and ports, remote. */
const ruleLine = (rule: Dict): string => {
  const parts = [rule.direction, rule.ethertype, protocolAndPorts(rule)]
    .filter(Boolean)
    .map((part) => str(part!));
  for (const name of ['remote_ip_prefix', 'remote_group_id'])
    if (rule[name]) parts.push(`${name}: ${str(rule[name])}`);
  return parts.join(', ');
};

const ruleLines = ({ security_group_rules: rules }: Dict): Json =>
  Array.isArray(rules) ? rules.filter(isDict).map(ruleLine).sort(byCodePoint).join('\n') : '';

export const commands: Commands = {
  'security-group-list': list({
    resource: securityGroup,
    about: 'List security groups that belong to a given tenant.',
    columns: ['id', 'name', 'security_group_rules'],
    cells: { security_group_rules: ruleLines },
  }),
  'security-group-show': show({ resource: securityGroup, about: 'Show a security group.', indent: 5 }),
  'security-group-create': create({
    resource: securityGroup,
    about: 'Create a security group.',
    arguments: [
      positional('name', 'NAME', { help: 'Name of the security group.' }),
      option('--description', { help: 'Description of the security group.' }),
    ],
    body: ({ args }) => args.pick('name', 'description', 'tenant_id'),
  }),
  'security-group-update': update({
    resource: securityGroup,
    about: 'Change a security group.',
    applied: appliedAs(securityGroup),
    arguments: [
      option('--name', { help: 'New name.' }),
      option('--description', { help: 'New description.' }),
    ],
    body: ({ args }) => args.pick('name', 'description'),
  }),
  'security-group-delete': remove({ resource: securityGroup, about: 'Delete security groups.' }),
};
