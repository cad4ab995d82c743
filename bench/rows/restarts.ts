import { setTimeout as sleep } from 'node:timers/promises';
import { startAgain, stop } from '../../src/lab/daemons.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { bareRules } from '../floors/bareKernel.ts';
import { soon, withCpu } from '../measure.ts';
import type { Row } from '../row.ts';
import { defaultGroupRule } from '../target/routers.ts';
import type { Target } from '../target/target.ts';
import { quiet } from '../target/usage.ts';
import { kernelWrites } from '../target/writes.ts';
import { bridgeDaemons, wired } from './bridgeAgent.ts';
import { served } from './dhcp.ts';
import { allAnswer, routed } from './l3Agent.ts';

const PORTS = 50;
const NETWORKS = 20;

/** How many of its things an agent of the controller told of last, and when. */
async function lastReport({ database }: Target, agent: string, things: string) {
  const [rows] = await database.query(
    'select configurations, unix_timestamp(heartbeat_timestamp) at from agents where `binary` = ? and host = ?',
    [agent, 'controller'],
  );
  const [{ configurations, at }] = rows as [{ configurations: string; at: number }];
  return { count: (JSON.parse(configurations) as Record<string, number>)[things] ?? 0, at };
}

/**
 * Starts an agent of the controller again while nothing is to be done; how much it writes until it has told of a number of
 * its things, in a later report than its first, and has come to rest.
 */
async function restartAtRest(target: Target, name: string, things: string, number: number) {
  const host = hostNamed(target.lab, 'controller');
  await sleep(SETTLING_MILLISECONDS);
  await quiet([host]);
  const daemon = { host: 'controller', name };
  await stop(target.lab, daemon);
  const told = await kernelWrites(host, async () => {
    await startAgain(target.lab, daemon);
    const first = await lastReport(target, name, things);
    await soon(async () => {
      const { count, at } = await lastReport(target, name, things);
      if (at <= first.at || count < number) throw new Error(`${name} tells of ${count} ${things}`);
    });
    await quiet([host]);
  });
  for (const line of told.slice(0, MOST_LINES)) process.stderr.write(`${name} wrote: ${line}\n`);
  return { values: [told.length] };
}

/** The kernel tells of IPv6 addresses of new interfaces until it knows that nobody else has them (RFC 4862). */
const SETTLING_MILLISECONDS = 5000;
const MOST_LINES = 10;
const NO_WRITE = { unit: 'writes', goal: { atMost: 0 }, rounds: { ours: 3, peer: 1 } } as const;

export const restarts: readonly Row[] = [
  {
    name: 'group-rule-50',
    title: `a rule is added to a group of ${PORTS} ports of one host → the last port's filter has it`,
    unit: 'ms',
    goal: { times: 10 },
    rounds: { ours: 3, peer: 2 },
    async measure(target) {
      const guests = await wired(target, PORTS);
      const counting = `while [ $(iptables-save -t filter | grep -c -- '--dport 2222 ') -lt ${PORTS} ]; do sleep 0.01; done; date +%s%N`;
      const { result, cpu } = await withCpu({ ...target, daemons: bridgeDaemons }, async () => {
        const began = Date.now();
        const [{ stdout }] = await Promise.all([
          runIn(guests[0]!.host, ['timeout', '120', 'sh', '-c', counting]),
          defaultGroupRule(target, { protocol: 'tcp', port_range_min: 2222, port_range_max: 2222 }),
        ]);
        return Number(stdout.trim()) / 1e6 - began;
      });
      return { values: [result], cpu };
    },
    floor: bareRules(PORTS),
  },
  {
    name: 'linuxbridge-writes-50',
    title: `the Linux bridge agent starts again with ${PORTS} ports, nothing has changed: writes to the kernel`,
    ...NO_WRITE,
    async measure(target) {
      await wired(target, PORTS);
      return restartAtRest(target, 'neutron-linuxbridge-agent', 'devices', PORTS);
    },
  },
  {
    name: 'l3-writes-20',
    title: `the L3 agent starts again with ${NETWORKS} routers, nothing has changed: writes to the kernel`,
    ...NO_WRITE,
    async measure(target) {
      const { guests } = await routed(target, NETWORKS);
      await allAnswer(guests);
      return restartAtRest(target, 'neutron-l3-agent', 'routers', NETWORKS);
    },
  },
  {
    name: 'dhcp-writes-20',
    title: `the DHCP agent starts again with ${NETWORKS} networks, nothing has changed: writes to the kernel`,
    ...NO_WRITE,
    async measure(target) {
      await served(target, NETWORKS);
      return restartAtRest(target, 'neutron-dhcp-agent', 'networks', NETWORKS);
    },
  },
];
