import { randomUUID } from 'node:crypto';
import { ensureBridge } from '../../src/lab/bridge.ts';
import { type RunningHost, runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { bridgeName, tapName } from '../../src/net/names.ts';
import type { Item } from './api.ts';
import type { Target } from './target.ts';

/** A machine to be: its port is bound to its host, its namespace waits there; it has no tap yet. */
export interface Guest {
  readonly host: RunningHost;
  readonly port: Item;
  readonly namespace: string;
  readonly tap: string;
  readonly address: string;
}

/** Of the networks that rows make: the length of their prefix, and their router. */
const PREFIX = 16;
export const GATEWAY = '10.10.0.1';
const MTU = 1450;
/** ARP asks again soon: how long a guest's kernel waits after a question that was lost is not what is measured. */
export const impatient = (device: string) =>
  `ntable change name arp_cache dev ${device} retrans 10 mcast_probes 500`;

/** Makes the ports of machines on a host and everything of them but their taps; all is gone after the round. */
export async function machines(
  target: Target,
  network: { readonly id: string },
  hostName: string,
  count: number,
): Promise<Guest[]> {
  const host = hostNamed(target.lab, hostName);
  const guests: Guest[] = [];
  target.afterwards(() => removeGuests(guests));
  for (let index = 0; index < count; index += 1) {
    const port = await target.api.create('ports', {
      network_id: network.id,
      device_id: randomUUID(),
      device_owner: 'compute:nova',
      'binding:host_id': hostName,
    });
    const [{ ip_address: address }] = port.fixed_ips as [{ ip_address: string }];
    guests.push({ host, port, namespace: `bench-${port.id.slice(0, 11)}`, tap: tapName(port.id), address });
  }
  const spaces = guests.map(({ namespace }) => `ip netns add ${namespace}`);
  await runIn(host, ['sh', '-ec', [ensureBridge(bridgeName(network.id)), ...spaces].join('\n')]);
  return guests;
}

async function removeGuests(guests: readonly Guest[]): Promise<void> {
  if (guests.length === 0) return;
  const lines = guests.map(({ namespace, tap }) => `ip link del ${tap}; ip netns del ${namespace}`);
  await runIn(guests[0]!.host, ['sh', '-c', `${lines.join('\n')}\ntrue`]);
}

/**
 * Plugs guests in as Nova's Linux bridge VIF driver does, all in one go. They are wired then, and say nothing: they have no
 * addresses.
 * @param further lines of a shell script that is to follow at once
 * @returns when the first tap came to be, in milliseconds since the epoch
 */
export async function plugTaps(guests: readonly Guest[], further: readonly string[] = []): Promise<number> {
  const links = guests.flatMap(({ namespace, tap, port }) => [
    `link add ${tap} mtu ${MTU} type veth peer name eth0 mtu ${MTU} address ${port.mac_address} netns ${namespace}`,
    `link set ${tap} master ${bridgeName(port.network_id as string)} up`,
  ]);
  const script = ['date +%s%N; ip -batch -', ...further].join('\n');
  const { stdout } = await runIn(guests[0]!.host, ['sh', '-ec', script], { input: `${links.join('\n')}\n` });
  return Number(stdout.trim()) / 1e6;
}

/** The same with guests that have their addresses. */
export function plug(guests: readonly Guest[]): Promise<number> {
  const inside = guests.map(({ namespace, address }) => {
    const lines = [
      impatient('eth0'),
      'link set eth0 up',
      `address add ${address}/${PREFIX} dev eth0`,
      `route add default via ${GATEWAY}`,
    ];
    return `printf '${lines.join('\\n')}\\n' | ip -n ${namespace} -batch -`;
  });
  return plugTaps(guests, inside);
}

/** Longest wait for anything that is measured, in seconds: Python's agents take minutes for hundreds of things. */
export const PATIENCE = 900;

/**
 * Pings an address until it answers, a hundred times a second; resolves with when it did, in milliseconds since the epoch, or
 * with nothing when it did not in so many seconds.
 * @param interval seconds between two pings, for many at once, which would be in the way of what is measured
 */
export async function answerWithin(
  seconds: number,
  { host, namespace }: { readonly host: RunningHost; readonly namespace?: string },
  address: string,
  interval = 0.01,
): Promise<number | undefined> {
  const enter = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
  // An error from the network, such as that nobody answers ARP, ends a ping that has a deadline.
  const asking = `until ping -n -D -i ${interval} -c 1 -w ${seconds} ${address}; do :; done`;
  const words = [...enter, 'timeout', String(seconds), 'sh', '-c', asking];
  const { stdout } = await runIn(host, words, { allowed: [0, TIMED_OUT] });
  const answer = /^\[([\d.]+)\] \d+ bytes from/m.exec(stdout);
  return answer ? Number(answer[1]) * 1000 : undefined;
}

/** What timeout(1) exits with when the time is over. */
export const TIMED_OUT = 124;

/** The same until one's patience is at an end. @throws then */
export async function firstAnswer(
  host: RunningHost,
  namespace: string | undefined,
  address: string,
  interval?: number,
): Promise<number> {
  const from = { host, ...(namespace === undefined ? {} : { namespace }) };
  const answered = await answerWithin(PATIENCE, from, address, interval);
  if (answered === undefined) throw new Error(`${address} was silent for ${PATIENCE} s`);
  return answered;
}

/** Resolves when all these ports are ACTIVE, with the time in milliseconds since the epoch; looks every 2 ms. */
export async function allActive(
  { database }: Target,
  ports: readonly { readonly id: string }[],
): Promise<number> {
  const ids = ports.map(({ id }) => id);
  for (const end = Date.now() + PATIENCE * 1000; Date.now() < end; ) {
    const [rows] = await database.query(
      "select count(*) n from ports where status = 'ACTIVE' and id in (?)",
      [ids],
    );
    if ((rows as { n: number }[])[0]!.n === ids.length) return Date.now();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`not all of ${ids.length} ports were ACTIVE after ${PATIENCE} s`);
}
