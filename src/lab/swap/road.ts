import type { Daemon } from '../daemons.ts';
import type { ClientName } from './clients.ts';

export type Implementation = 'ours' | 'Python';

/** One step: a process is replaced, or resources that need it are created, changed and deleted. */
export type Step =
  | { readonly kind: 'swap'; readonly daemon: Daemon; readonly to: Implementation }
  | {
      readonly kind: 'change';
      readonly daemon: Daemon;
      readonly round: number;
      /** The client that creates; the other one changes and deletes. */
      readonly creator: ClientName;
    };

/** The order of an upgrade: the server first, then host by host. */
const daemons: readonly Daemon[] = [
  { host: 'controller', name: 'neutron-server' },
  { host: 'compute', name: 'neutron-linuxbridge-agent' },
  { host: 'controller', name: 'neutron-linuxbridge-agent' },
  { host: 'controller', name: 'neutron-l3-agent' },
  { host: 'controller', name: 'neutron-dhcp-agent' },
  { host: 'controller', name: 'neutron-metadata-agent' },
];

/** The whole road: each process to ours, then back in the reverse order, with changes in between by both clients. */
export const road: readonly Step[] = [
  ...daemons.map((daemon) => ({ daemon, to: 'ours' as const })),
  ...daemons.toReversed().map((daemon) => ({ daemon, to: 'Python' as const })),
].flatMap(({ daemon, to }, index): Step[] => [
  { kind: 'swap', daemon, to },
  { kind: 'change', daemon, round: index + 1, creator: index % 2 === 0 ? 'ours' : "Python's" },
]);
