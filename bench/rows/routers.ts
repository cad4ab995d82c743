import { runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { bareFloatingIp, bareRouters } from '../floors/bareKernel.ts';
import { eachPrepared } from '../measure.ts';
import type { Row } from '../row.ts';
import { allActive, firstAnswer, GATEWAY, type Guest, impatient, machines, plug } from '../target/guests.ts';
import { defaultGroupRule, publicNetwork, routerOn } from '../target/routers.ts';
import type { Target } from '../target/target.ts';
import { routerDaemons as daemons } from './l3Agent.ts';
import { networkWithSubnet } from './networks.ts';

const FORKS =
  'It takes a transaction, the outbox and the broker until the agent has heard of it, a question to the server, and iptables-restore, after which addresses come and go by netlink; conntrack follows when connections are to be forgotten. On a busy machine each program takes 10 to 40 ms: filters written by the netlink of nf_tables are what it takes.';

/** A network of its own with a machine that is wired. */
async function networkWithMachine(target: Target, host = 'controller') {
  const network = await networkWithSubnet(target);
  const [guest] = await machines(target, network, host, 1);
  await plug([guest!]);
  await allActive(target, [guest!.port]);
  return { network, guest: guest! };
}

const answer = ({ host, namespace }: Guest, address = GATEWAY) => firstAnswer(host, namespace, address);

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
      const ready = () => networkWithMachine(target);
      return eachPrepared({ ...target, daemons }, operations, ready, async ({ network, guest }) => {
        const began = Date.now();
        const [answered] = await Promise.all([answer(guest), routerOn(target, network)]);
        return answered - began;
      });
    },
    floor: bareRouters(1),
  },
  {
    name: 'floatingip-associate',
    title: 'associate a floating IP → it answers a ping from outside',
    unit: 'ms',
    goal: { atMost: 100 },
    setting: 'floating-ip',
    operations: { ours: 5, peer: 3 },
    async measure(target, operations) {
      const { address, outside, associate, port } = await target.kept(() => floating(target));
      const silent = async () => {
        await associate(null);
        await silence(outside, address);
        // No stale entry of the time before is in the way, nor is the wait for one that failed.
        await runIn(outside, ['ip', 'neigh', 'flush', 'to', address]);
      };
      return eachPrepared({ ...target, daemons }, operations, silent, async () => {
        const began = Date.now();
        const [answered] = await Promise.all([firstAnswer(outside, undefined, address), associate(port)]);
        return answered - began;
      });
    },
    floor: bareFloatingIp,
    missed: FORKS,
  },
  {
    name: 'floatingip-silent',
    title: 'disassociate a floating IP → it is silent',
    unit: 'ms',
    goal: { atMost: 100 },
    setting: 'floating-ip',
    operations: { ours: 5, peer: 3 },
    async measure(target, operations) {
      const { address, outside, associate, port } = await target.kept(() => floating(target));
      const heard = async () => {
        await associate(port);
        await firstAnswer(outside, undefined, address);
      };
      return eachPrepared({ ...target, daemons }, operations, heard, async () => {
        const began = Date.now();
        const [last] = await Promise.all([silence(outside, address), associate(null)]);
        return Math.max(0, last - began);
      });
    },
    floor: bareFloatingIp,
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
