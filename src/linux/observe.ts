import { type Address, dumpAddresses } from './addresses.ts';
import { dumpLinks, type Link } from './links.ts';
import { type Conversation, converse } from './netlink/conversation.ts';
import { dumpRoutes, type Route } from './routes.ts';
import type { DeviceNames } from './sockets/socket.ts';

/** Devices of a network namespace by name, with their addresses. */
export interface Interfaces {
  readonly links: ReadonlyMap<string, Link>;
  readonly addresses: readonly Address[];
}

/** The same with the routes of both families. */
export interface Network extends Interfaces {
  readonly routes: readonly Route[];
}

/** What is in a namespace, this process's own when not given. */
export const observeInterfaces = (netns?: string): Promise<Interfaces> => converse(netns, dumpInterfaces);

export const observeNetwork = (netns?: string): Promise<Network> =>
  converse(netns, async (kernel) => {
    const interfaces = await dumpInterfaces(kernel);
    return { ...interfaces, routes: await dumpRoutes(kernel, { known: namesOf(interfaces) }) };
  });

async function dumpInterfaces(kernel: Conversation): Promise<Interfaces> {
  const links = await dumpLinks(kernel);
  return { links, addresses: await dumpAddresses(kernel, { known: namesOf({ links }) }) };
}

const namesOf = ({ links }: Pick<Interfaces, 'links'>): DeviceNames =>
  new Map([...links.values()].map(({ index, name }) => [index, name]));
