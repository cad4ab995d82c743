import { listAddresses } from '../linux/addresses.ts';
import { listPorts } from '../linux/boundPorts.ts';
import { listLinks } from '../linux/links.ts';
import { listProcesses } from '../linux/processes.ts';
import { runningDaemons } from './daemons.ts';

/** Remembers what a function returned the first time. */
export const once = <T>(look: () => T): (() => T) => {
  let seen: { readonly value: T } | undefined;
  return () => {
    seen ??= { value: look() };
    return seen.value;
  };
};

/** What several checks look at is looked at once. */
export const observe = () => {
  const processes = once(listProcesses);
  return {
    links: once(() => listLinks()),
    addresses: once(() => listAddresses()),
    processes,
    daemons: once(() => runningDaemons(processes())),
    ports: once(listPorts),
  };
};

export type Seen = ReturnType<typeof observe>;
