import { type Address, dumpAddresses } from './addresses.ts';
import { dumpLinks, type Link } from './links.ts';
import { converse } from './netlink/conversation.ts';
import { dumpRoutes, type Route } from './routes.ts';

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
export const observeInterfaces = (netns?: string): Promise<Interfaces> =>
  converse(netns, async (kernel) => ({
    links: await dumpLinks(kernel),
    addresses: await dumpAddresses(kernel, { netns }),
  }));

export const observeNetwork = (netns?: string): Promise<Network> =>
  converse(netns, async (kernel) => ({
    links: await dumpLinks(kernel),
    addresses: await dumpAddresses(kernel, { netns }),
    routes: await dumpRoutes(kernel, { netns }),
  }));
