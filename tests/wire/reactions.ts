import assert from 'node:assert/strict';
import { run } from '../../src/linux/process.ts';
import type { Json } from '../../src/messaging/transport.ts';
import { bridgeName, dhcpNamespace } from '../../src/net/names.ts';
import { adminContext } from '../../src/rpc/context.ts';
import { until } from '../../src/testing/until.ts';
import { type Cloud, HOST } from './cloud.ts';
import type { Recorded } from './recordings.ts';
import { type Made, tapOf } from './road.ts';
import type { Heard } from './tap.ts';

/** What one of our agents does when it hears what a Python server said. */
export interface Reaction {
  /** The recorded message, by the beginning of its name. */
  readonly to: string;
  readonly what: string;
  /** The recorded arguments with what stands for ours in them. */
  /** What must be there for the message to mean anything. */
  readonly given?: (made: Made) => Promise<boolean>;
  readonly args: (recorded: Json, made: Made) => Json;
  /** Throws or is false until the agent has done it; `since` holds what was said since the message. */
  readonly done: (made: Made, since: readonly Heard[]) => boolean | Promise<boolean>;
}

type Dict = { [key: string]: Json };

const says = (since: readonly Heard[], from: string, method: string, ...words: readonly string[]) =>
  since.some((one) => {
    const text = JSON.stringify(one.args);
    return one.from === from && one.method === method && words.every((word) => text.includes(word));
  });

/** Every id of one recorded thing under the id of ours. */
const renamed = (recorded: Json, ids: Readonly<Record<string, string>>): Json => {
  const text = Object.entries(ids).reduce(
    (left, [id, own]) => left.replaceAll(id, own),
    JSON.stringify(recorded),
  );
  return JSON.parse(text) as Json;
};

const PRIVATE = 'f3bd6c09-1c5b-4339-bbc1-bde9bdbba362';
const ROUTER = 'ddb12f63-b2de-4d10-aba7-7aeab4c4ff36';
const MANY = '8e0fef30-b6ac-4390-b1d3-921613dd3994';

const asksNetwork = ({ privateNetwork }: Made, since: readonly Heard[]) =>
  says(since, 'DHCP agent', 'get_network_info', privateNetwork);
const asksRouter = ({ router }: Made, since: readonly Heard[]) =>
  says(since, 'L3 agent', 'sync_routers', router);
const onPrivate = (recorded: Json, { privateNetwork }: Made, ...others: readonly string[]) =>
  renamed(recorded, Object.fromEntries([PRIVATE, ...others].map((id) => [id, privateNetwork])));
const ofPort = (recorded: Json, made: Made, network: string, port: string, id: string) =>
  renamed(recorded, { [network]: made.privateNetwork, [port]: id });

/** Whether some tunnel sends this MAC to the other host. */
async function tunnelled(mac: string): Promise<boolean> {
  const { stdout } = await run(['bridge', 'fdb', 'show']);
  return stdout.split('\n').some((line) => line.startsWith(mac) && line.includes('dst 192.168.81.65'));
}

const isThere = async (device: string) => (await run(['ip', 'link'])).stdout.includes(`${device}:`);

/** In the order in which they are heard: what takes something away is last. */
export const reactions: readonly Reaction[] = [
  {
    to: 'network_create_end',
    what: 'the DHCP agent asks for the network',
    args: (recorded, made) => onPrivate(recorded, made, 'e63620a3-7eb5-4976-8d99-8f7125d7f3c0'),
    done: asksNetwork,
  },
  {
    to: 'network_update_end',
    what: 'the DHCP agent asks for the network',
    args: onPrivate,
    done: asksNetwork,
  },
  {
    to: 'subnet_create_end',
    what: 'the DHCP agent asks for the network',
    args: (recorded, made) => onPrivate(recorded, made, 'e63620a3-7eb5-4976-8d99-8f7125d7f3c0'),
    done: asksNetwork,
  },
  {
    to: 'subnet_update_end',
    what: 'the DHCP agent asks for the network',
    args: (recorded, made) => onPrivate(recorded, made, 'a99ebb19-fa19-4b88-84d7-05de4ca5d1bf'),
    done: asksNetwork,
  },
  {
    to: 'subnet_delete_end',
    what: 'the DHCP agent asks for the network',
    args: (recorded, made) => onPrivate(recorded, made, 'd7e0c17b-1435-43a2-b134-c5eb1caed8d8'),
    done: asksNetwork,
  },
  {
    to: 'port_update_end',
    what: 'the DHCP agent serves the port as it is now, and says so',
    args: (recorded, made) => {
      const { payload } = ofPort(
        recorded,
        made,
        MANY,
        'be856633-c98f-4d82-a253-424ef99c9a44',
        made.guest,
      ) as {
        payload: { port: Dict };
      };
      const fixed_ips = [{ subnet_id: made.privateSubnet, ip_address: '172.16.1.222' }];
      return { payload: { ...payload, port: { ...payload.port, fixed_ips, revision_number: 999 } } };
    },
    done: ({ guest }, since) => says(since, 'DHCP agent', 'dhcp_ready_on_ports', guest),
  },
  {
    to: 'routers_updated',
    what: 'the L3 agent asks for the router',
    args: (recorded, { router }) => renamed(recorded, { [ROUTER]: router }),
    done: asksRouter,
  },
  {
    to: 'router_added_to_agent',
    what: 'the L3 agent answers, and asks for the router',
    args: (recorded, { router }) => renamed(recorded, { 'a9a4a89b-73a4-4f69-8c51-57dcf6ae8580': router }),
    done: asksRouter,
  },
  {
    to: 'router_removed_from_agent',
    what: 'the L3 agent asks whether the router is still its own',
    args: (recorded, { router }) => renamed(recorded, { 'a9a4a89b-73a4-4f69-8c51-57dcf6ae8580': router }),
    done: asksRouter,
  },
  {
    to: 'router_deleted',
    what: 'the L3 agent asks whether the router is still there',
    args: (recorded, { router }) => renamed(recorded, { '12e4b38f-2ab1-4202-8240-df61bff90526': router }),
    done: asksRouter,
  },
  {
    to: 'port_update.',
    what: 'the Linux bridge agent asks how to wire the port',
    args: (recorded, made) => ofPort(recorded, made, MANY, 'be856633-c98f-4d82-a253-424ef99c9a44', made.here),
    done: ({ here }, since) => says(since, 'Linux bridge agent', 'get_devices_details_list', tapOf(here)),
  },
  {
    to: 'security_groups_rule_updated',
    what: 'the Linux bridge agent asks for the filters of the ports in the group',
    args: (recorded, { group }) => renamed(recorded, { '4e242d5d-1a30-499c-bf78-e26147924c63': group }),
    done: ({ here }, since) =>
      says(since, 'Linux bridge agent', 'security_group_info_for_devices', tapOf(here)),
  },
  {
    to: 'security_groups_member_updated',
    what: 'the Linux bridge agent asks for the filters of ports whose rules name the group',
    args: (recorded, { group }) => renamed(recorded, { '0ff2a3c5-33cd-4c3a-a2ee-19cc9607c066': group }),
    done: ({ here }, since) =>
      says(since, 'Linux bridge agent', 'security_group_info_for_devices', tapOf(here)),
  },
  {
    to: 'add_fdb_entries.cast-fanout',
    what: 'the Linux bridge agent sends the MAC to the tunnel',
    args: (recorded, { privateNetwork }) =>
      renamed(recorded, { [MANY]: privateNetwork, '192.168.81.66': '192.168.81.65' }),
    done: () => tunnelled('fa:16:3e:44:9d:3c'),
  },
  {
    to: 'remove_fdb_entries',
    what: 'the Linux bridge agent forgets the MAC',
    args: (recorded, { privateNetwork }) =>
      renamed(recorded, { [MANY]: privateNetwork, '192.168.81.66': '192.168.81.65' }),
    done: async () => !(await tunnelled('fa:16:3e:44:9d:3c')),
  },
  {
    to: 'network_delete_end.cast.',
    what: 'the DHCP agent takes the namespace of the network down',
    args: onPrivate,
    done: async ({ privateNetwork }) =>
      !(await run(['ip', 'netns'])).stdout.includes(dhcpNamespace(privateNetwork)),
  },
  {
    to: 'network_delete.cast-fanout',
    what: 'the Linux bridge agent takes the bridge of the network down',
    given: ({ inner }) => isThere(bridgeName(inner)),
    args: (recorded, { inner }) => renamed(recorded, { 'd7e0c17b-1435-43a2-b134-c5eb1caed8d8': inner }),
    done: async ({ inner }) => !(await isThere(bridgeName(inner))),
  },
];

/** Says what a Python server said, and waits until the agent has done its part. */
export async function provoke(
  cloud: Cloud,
  made: Made,
  recorded: Recorded,
  reaction: Reaction,
): Promise<void> {
  await cloud.quiet();
  if (reaction.given) assert.ok(await reaction.given(made), 'what the message is about is not there');
  const before = cloud.heard.length;
  const args = reaction.args(recorded.args as Json, made) as Dict;
  const fanout = recorded.exchange.endsWith('_fanout');
  const target = {
    topic: recorded.topic,
    version: recorded.version,
    ...(fanout ? { fanout } : { server: HOST }),
  };
  const python = cloud.as('Python');
  if (recorded.kind === 'call') await python.call(target, recorded.method, args, adminContext());
  else await python.cast(target, recorded.method, args, adminContext());
  await until(reaction.what, () => reaction.done(made, cloud.heard.slice(before)), 30);
}
