import { startAgain, stop } from '../../src/lab/daemons.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { routerNamespace } from '../../src/net/names.ts';
import type { Row } from '../row.ts';
import { allActive, firstAnswer, GATEWAY, type Guest, impatient, machines, plug } from '../target/guests.ts';
import { defaultGroupRule, publicNetwork, routerOn } from '../target/routers.ts';
import type { Target } from '../target/target.ts';
import { networkWithSubnet } from './networks.ts';

const ROUTERS = 20;
const FORKS =
  'A fifth goes by until the agent has heard of it (transaction, outbox, broker) and has the router from the server; the rest are programs, three after one another until an address answers (iptables-save, iptables-restore, ip), six until connections through one are forgotten (routes and conntrack besides). On a busy machine each takes 10 to 40 ms: netlink in place of programs is what it takes.';
const l3Agent = { host: 'controller', name: 'neutron-l3-agent' } as const;

/** A network of its own with a machine that is wired. */
async function networkWithMachine(target: Target, host = 'controller') {
  const network = await networkWithSubnet(target);
  const [guest] = await machines(target, network, host, 1);
  await plug([guest!]);
  await allActive(target, [guest!.port]);
  return { network, guest: guest! };
}

const answer = ({ host, namespace }: Guest, address = GATEWAY) => firstAnswer(host, namespace, address);

/** Seconds from the start of the L3 agent, which is down, until every gateway answers its machine. */
async function startL3(target: Target, guests: readonly Guest[]): Promise<number> {
  const began = Date.now();
  const [answers] = await Promise.all([
    Promise.all(guests.map((guest) => answer(guest))),
    startAgain(target.lab, l3Agent),
  ]);
  return (Math.max(...answers) - began) / 1000;
}

/** An address of the office LAN that leads to a machine on compute, when it is associated. */
async function floating(target: Target) {
  const { id: network_id } = await publicNetwork(target);
  const { network, guest } = await networkWithMachine(target, 'compute');
  await routerOn(target, network, { external_gateway_info: { network_id } });
  await defaultGroupRule(target, { protocol: 'icmp' });
  await answer(guest);
  const outside = hostNamed(target.lab, 'outside');
  await runIn(outside, ['ip', ...impatient('eno1').split(' ')]);
  const { api } = target;
  const made = await api.create('floatingips', { floating_network_id: network_id });
  target.afterwards(() => api.ask('DELETE', `floatingips/${made.id}`));
  return {
    address: made.floating_ip_address as string,
    outside,
    associate: (port_id: string | null) =>
      api.ask('PUT', `floatingips/${made.id}`, { floatingip: { port_id } }),
    port: guest.port.id,
  };
}

export const routers: readonly Row[] = [
  {
    name: 'router-gateway',
    title: 'create a router with an interface → its gateway answers',
    unit: 'ms',
    goal: { times: 10 },
    operations: { ours: 5, peer: 2 },
    async measure(target, operations) {
      const values: number[] = [];
      for (let index = 0; index < operations; index += 1) {
        const { network, guest } = await networkWithMachine(target);
        const began = Date.now();
        const [answered] = await Promise.all([answer(guest), routerOn(target, network)]);
        values.push(answered - began);
      }
      return { values };
    },
  },
  {
    name: 'l3-start-20',
    title: `the L3 agent starts, ${ROUTERS} routers are to be made → all gateways answer`,
    unit: 's',
    goal: { times: 10 },
    rounds: { ours: 3, peer: 2 },
    async measure(target) {
      await stop(target.lab, l3Agent);
      const guests: Guest[] = [];
      for (let index = 0; index < ROUTERS; index += 1) {
        const { network, guest } = await networkWithMachine(target);
        await routerOn(target, network);
        guests.push(guest);
      }
      return { values: [await startL3(target, guests)] };
    },
  },
  {
    name: 'l3-restart-20',
    title: `the L3 agent starts again, ${ROUTERS} gateways have lost their addresses → all answer`,
    unit: 's',
    goal: { times: 10 },
    rounds: { ours: 3, peer: 2 },
    async measure(target) {
      const guests: Guest[] = [];
      const ids: string[] = [];
      for (let index = 0; index < ROUTERS; index += 1) {
        const { network, guest } = await networkWithMachine(target);
        ids.push((await routerOn(target, network)).id);
        guests.push(guest);
      }
      await Promise.all(guests.map((guest) => answer(guest)));
      await stop(target.lab, l3Agent);
      const losing = ids.map((id) => `ip -n ${routerNamespace(id)} address flush to ${GATEWAY}`);
      await runIn(hostNamed(target.lab, 'controller'), ['sh', '-ec', losing.join('\n')]);
      return { values: [await startL3(target, guests)] };
    },
  },
  {
    name: 'floatingip-associate',
    title: 'associate a floating IP → it answers a ping from outside',
    unit: 'ms',
    goal: { atMost: 100 },
    operations: { ours: 5, peer: 3 },
    async measure(target, operations) {
      const { address, outside, associate, port } = await floating(target);
      const values: number[] = [];
      for (let index = 0; index < operations; index += 1) {
        // No stale entry of the time before is in the way, nor is the wait for one that failed.
        await runIn(outside, ['ip', 'neigh', 'flush', 'to', address]);
        const began = Date.now();
        const [answered] = await Promise.all([firstAnswer(outside, undefined, address), associate(port)]);
        values.push(answered - began);
        await associate(null);
        await silence(outside, address);
      }
      return { values };
    },
    missed: FORKS,
  },
  {
    name: 'floatingip-silent',
    title: 'disassociate a floating IP → it is silent',
    unit: 'ms',
    goal: { atMost: 100 },
    operations: { ours: 5, peer: 3 },
    async measure(target, operations) {
      const { address, outside, associate, port } = await floating(target);
      const values: number[] = [];
      for (let index = 0; index < operations; index += 1) {
        await associate(port);
        await firstAnswer(outside, undefined, address);
        const began = Date.now();
        const [last] = await Promise.all([silence(outside, address), associate(null)]);
        values.push(Math.max(0, last - began));
      }
      return { values };
    },
    missed: FORKS,
  },
];

/** Pings a hundred times a second for five seconds; resolves with the time of the last answer, in milliseconds since the epoch. */
async function silence(host: Guest['host'], address: string): Promise<number> {
  const ping = ['ping', '-n', '-D', '-i', '0.01', '-w', '5', address];
  const { stdout } = await runIn(host, ping, { allowed: [0, 1] });
  const times = [...stdout.matchAll(/^\[([\d.]+)\] \d+ bytes from/gm)].map(
    ([, seconds]) => Number(seconds) * 1000,
  );
  return times.at(-1) ?? 0;
}
