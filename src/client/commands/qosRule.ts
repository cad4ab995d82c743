import { type Argument, option, positional } from '../argparse/argument.ts';
import { lowercase } from '../argparse/types.ts';
import type { Call, Commands } from '../command.ts';
import { ClientError } from '../errors.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import type { Dict } from '../python/value.ts';
import {
  bandwidthLimitRule,
  dscpMarkingRule,
  minimumBandwidthRule,
  qosPolicy,
  type Resource,
} from '../resources.ts';

const policyArgument = positional('policy', 'QOS_POLICY', { help: 'ID or name of the QoS policy.' });

const parent = async ({ args, api }: Call): Promise<string> =>
  `${qosPolicy.path}/${await api.findId(qosPolicy, args.text('policy') ?? '')}`;

interface Kind {
  /** What its commands start with. */
  readonly noun: string;
  readonly title: string;
  readonly resource: Resource;
  readonly arguments: readonly Argument[];
  body(call: Call): Dict;
}

const dscpMarks = [0, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 46, 48, 56];

const dscpBody = ({ args }: Call): Dict => {
  const mark = args.text('dscp_mark') ?? '';
  if (!dscpMarks.includes(Number(mark)))
    throw new ClientError(
      `DSCP mark: ${mark} not supported. Please note value can either be 0 or any even number from 8-56 excluding 42, 44, 50, 52 and 54.`,
    );
  return { dscp_mark: mark };
};

const bandwidthBody = ({ args }: Call): Dict => {
  if (!args.text('max_kbps') && !args.text('max_burst_kbps'))
    throw new ClientError('Must provide max-kbps or max-burst-kbps option.');
  return args.pick('max_kbps', 'max_burst_kbps', 'tenant_id');
};

const kinds: readonly Kind[] = [
  {
    noun: 'qos-bandwidth-limit-rule',
    title: 'QoS bandwidth limit',
    resource: bandwidthLimitRule,
    arguments: [
      option('--max-kbps', { help: 'Maximum bandwidth in kbps.' }),
      option('--max-burst-kbps', { help: 'Maximum burst bandwidth in kbps.' }),
    ],
    body: bandwidthBody,
  },
  {
    noun: 'qos-dscp-marking-rule',
    title: 'QoS DSCP marking',
    resource: dscpMarkingRule,
    arguments: [
      option('--dscp-mark', {
        required: true,
        help: 'The mark: 0, or an even number from 8 to 56 that DSCP defines.',
      }),
    ],
    body: dscpBody,
  },
  {
    noun: 'qos-minimum-bandwidth-rule',
    title: 'QoS minimum bandwidth',
    resource: minimumBandwidthRule,
    arguments: [
      option('--min-kbps', { required: true, help: 'Minimum bandwidth in kbps.' }),
      option('--direction', {
        required: true,
        type: lowercase,
        choices: ['egress'],
        help: 'Traffic direction.',
      }),
    ],
    body: ({ args }) => args.pick('min_kbps', 'direction'),
  },
];

const commandsOf = ({ noun, title, resource, body, ...kind }: Kind): Commands => {
  const changing = [policyArgument, ...kind.arguments];
  const common = { resource, parent, names: false };
  return {
    [`${noun}-list`]: list({
      ...common,
      about: `List the ${title} rules of a policy.`,
      arguments: [policyArgument],
    }),
    [`${noun}-show`]: show({ ...common, about: `Show a ${title} rule.`, arguments: [policyArgument] }),
    [`${noun}-create`]: create({ ...common, about: `Create a ${title} rule.`, arguments: changing, body }),
    [`${noun}-update`]: update({ ...common, about: `Change a ${title} rule.`, arguments: changing, body }),
    [`${noun}-delete`]: remove({ ...common, about: `Delete ${title} rules.`, arguments: [policyArgument] }),
  };
};

export const commands: Commands = Object.assign({}, ...kinds.map(commandsOf));
