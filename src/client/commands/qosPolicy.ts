import { flag, option, positional } from '../argparse/argument.ts';
import type { Commands } from '../command.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import { type Dict, isDict, str } from '../python/value.ts';
import { qosPolicy, qosRuleType } from '../resources.ts';

const ruleLine = (rule: Dict): string => `${str(rule.id ?? null)} (type: ${str(rule.type ?? null)})`;

export const commands: Commands = {
  'qos-policy-list': list({
    resource: qosPolicy,
    about: 'List QoS policies that belong to a given tenant.',
    columns: ['id', 'name'],
  }),
  'qos-policy-show': show({
    resource: qosPolicy,
    about: 'Show a QoS policy.',
    arrange: (policy) => ({
      ...policy,
      rules: Array.isArray(policy.rules) ? policy.rules.filter(isDict).map(ruleLine).join('\n') : '',
    }),
  }),
  'qos-policy-create': create({
    resource: qosPolicy,
    about: 'Create a QoS policy.',
    arguments: [
      positional('name', 'NAME', { help: 'Name of the QoS policy.' }),
      option('--description', { help: 'Description of the QoS policy.' }),
      flag('--shared', { help: 'Other projects may use the policy.' }),
    ],
    body: ({ args }) => ({
      ...args.pick('name'),
      ...args.given('description'),
      ...(args.flag('shared') ? { shared: true } : {}),
      ...args.given('tenant_id'),
    }),
  }),
  'qos-policy-update': update({
    resource: qosPolicy,
    about: 'Change a QoS policy.',
    arguments: [
      option('--name', { help: 'Name of the QoS policy.' }),
      option('--description', { help: 'Description of the QoS policy.' }),
      flag('--shared', { exclusive: 'shared', help: 'Other projects may use the policy.' }),
      flag('--no-shared', { exclusive: 'shared', help: 'Other projects may not use the policy.' }),
    ],
    body: ({ args }) => ({
      ...args.given('name', 'description'),
      ...(args.flag('shared') ? { shared: true } : {}),
      ...(args.flag('no_shared') ? { shared: false } : {}),
    }),
  }),
  'qos-policy-delete': remove({ resource: qosPolicy, about: 'Delete QoS policies.' }),
  'qos-available-rule-types': list({
    resource: qosRuleType,
    about: 'List the kinds of QoS rule that there are.',
  }),
};
