import type { Command, Commands } from './command.ts';
import { ClientError } from './errors.ts';
import { foreignCommands, foreignService } from './foreign.ts';
import { crud, without } from './names.ts';
import { repr } from './python/value.ts';

interface Noun {
  /** The commands of the file. */
  readonly names: readonly string[];
  /** The part of Neutron that serves them, where a server may do without it. */
  readonly service?: string;
  /** Neutron's own client has no such commands. */
  readonly ours?: true;
  load(): Promise<{ commands: Commands }>;
}

/** Which file has which commands: only the file of the command in use is loaded. */
const nouns: readonly Noun[] = [
  { names: crud('net', 'net-external-list'), load: () => import('./commands/network.ts') },
  {
    names: ['net-ip-availability-list', 'net-ip-availability-show'],
    load: () => import('./commands/networkIpAvailability.ts'),
  },
  { names: crud('subnet'), load: () => import('./commands/subnet.ts') },
  { names: crud('port', 'router-port-list'), load: () => import('./commands/port.ts') },
  {
    names: crud(
      'router',
      'router-gateway-clear',
      'router-gateway-set',
      'router-interface-add',
      'router-interface-delete',
    ),
    load: () => import('./commands/router.ts'),
  },
  {
    names: without(
      crud('floatingip', 'floatingip-associate', 'floatingip-disassociate'),
      'floatingip-update',
    ),
    load: () => import('./commands/floatingip.ts'),
  },
  { names: crud('security-group'), load: () => import('./commands/securityGroup.ts') },
  {
    names: without(crud('security-group-rule'), 'security-group-rule-update'),
    load: () => import('./commands/securityGroupRule.ts'),
  },
  { names: without(crud('agent'), 'agent-create'), load: () => import('./commands/agent.ts') },
  {
    names: [
      'dhcp-agent-list-hosting-net',
      'dhcp-agent-network-add',
      'dhcp-agent-network-remove',
      'net-list-on-dhcp-agent',
    ],
    load: () => import('./commands/dhcpAgent.ts'),
  },
  {
    names: [
      'l3-agent-list-hosting-router',
      'l3-agent-router-add',
      'l3-agent-router-remove',
      'router-list-on-l3-agent',
    ],
    load: () => import('./commands/l3Agent.ts'),
  },
  {
    names: without(crud('quota', 'quota-default-show'), 'quota-create'),
    load: () => import('./commands/quota.ts'),
  },
  { names: ['ext-list', 'ext-show'], load: () => import('./commands/extension.ts') },
  { names: ['service-provider-list'], load: () => import('./commands/serviceProvider.ts') },
  { names: ['availability-zone-list'], load: () => import('./commands/availabilityZone.ts') },
  { names: crud('subnetpool'), load: () => import('./commands/subnetpool.ts') },
  { names: crud('address-scope'), load: () => import('./commands/addressScope.ts') },
  { names: crud('rbac'), load: () => import('./commands/rbac.ts') },
  {
    names: crud('flavor', 'flavor-associate', 'flavor-disassociate'),
    load: () => import('./commands/flavor.ts'),
  },
  { names: crud('flavor-profile'), load: () => import('./commands/flavorProfile.ts') },
  { names: ['tag-add', 'tag-remove', 'tag-replace'], load: () => import('./commands/tag.ts') },
  {
    names: ['auto-allocated-topology-delete', 'auto-allocated-topology-show'],
    load: () => import('./commands/autoAllocatedTopology.ts'),
  },
  {
    names: [
      ...without(crud('meter-label'), 'meter-label-update'),
      ...without(crud('meter-label-rule'), 'meter-label-rule-update'),
    ],
    service: 'metering',
    load: () => import('./commands/metering.ts'),
  },
  {
    names: crud('qos-policy', 'qos-available-rule-types'),
    service: 'quality of service (QoS)',
    load: () => import('./commands/qosPolicy.ts'),
  },
  {
    names: [
      ...crud('qos-bandwidth-limit-rule'),
      ...crud('qos-dscp-marking-rule'),
      ...crud('qos-minimum-bandwidth-rule'),
    ],
    service: 'quality of service (QoS)',
    load: () => import('./commands/qosRule.ts'),
  },
  { names: ['purge'], load: () => import('./commands/purge.ts') },
  { names: ['bash-completion', 'help'], load: () => import('./commands/help.ts') },
  {
    names: ['diagnose', 'problem-list'],
    service: 'diagnosis (nts-diagnosis)',
    ours: true,
    load: () => import('./commands/diagnosis.ts'),
  },
  { names: ['verify'], ours: true, load: () => import('./commands/verify.ts') },
  {
    names: ['trace'],
    service: 'diagnosis (nts-diagnosis)',
    ours: true,
    load: () => import('./commands/trace.ts'),
  },
];

/** The commands that are done here. */
export const commandNames: readonly string[] = nouns.flatMap(({ names }) => names).sort();

/** Those that Neutron's own client does not have. */
export const ownNames: readonly string[] = nouns.flatMap(({ names, ours }) => (ours ? names : [])).sort();

/** Also those that only name the service they are of. */
export const allNames: readonly string[] = [...commandNames, ...foreignCommands].sort();

/** A command as it was found on a command line. */
export interface Found {
  readonly name: string;
  /** The name as it was typed, which may be an abbreviation. */
  readonly typed: string;
  readonly rest: readonly string[];
}

/** Finds the command that a command line starts with. Throws ClientError, also for a command of another service. */
export const findCommand = (words: readonly string[]): Found => {
  const typed = words[0] ?? '';
  const candidates = allNames.filter((name) => name.startsWith(typed));
  const name = candidates.includes(typed) ? typed : candidates.length === 1 ? candidates[0] : undefined;
  if (name === undefined || typed === '') throw new ClientError(`Unknown command ${repr([...words])}`);
  const service = foreignService(name);
  if (service)
    throw new ClientError(`${name}: ${service} is a separate service, which this Neutron does not have.`);
  return { name, typed, rest: words.slice(1) };
};

const nounOf = (name: string): Noun => nouns.find(({ names }) => names.includes(name))!;

export const loadCommand = async (name: string): Promise<Command> =>
  (await nounOf(name).load()).commands[name]!;

/** The part of Neutron that a command needs and that a server may do without. */
export const serviceOf = (name: string): string | undefined => nounOf(name).service;
