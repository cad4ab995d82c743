import { startAgain } from '../../src/lab/daemons.ts';
import { runIn } from '../../src/lab/host.ts';
import { bareRules, bareTaps } from '../floors/bareKernel.ts';
import { startOfNode } from '../floors/bareNode.ts';
import { withCpu } from '../measure.ts';
import { amount } from '../report/amount.ts';
import type { Row } from '../row.ts';
import { down, removedByOurs } from '../target/agents.ts';
import { allActive, machines, plugTaps } from '../target/guests.ts';
import { furnished } from '../target/noauth.ts';
import { defaultGroupRule } from '../target/routers.ts';
import type { Target } from '../target/target.ts';
import { quiet } from '../target/usage.ts';
import { NO_WRITE, restartAtRest } from './atRest.ts';
import { networkWithSubnet } from './networks.ts';

const bridgeAgent = { host: 'controller', name: 'neutron-linuxbridge-agent' } as const;

/** The daemons that a tap needs. */
export const bridgeDaemons = ['neutron-linuxbridge-agent', 'neutron-server'] as const;

/** So many machines of one network that have no taps yet, of a group of `members` ports in all. */
const unplugged = (target: Target, count: number, members: number) =>
  removedByOurs(target, bridgeAgent.name, () =>
    furnished(target, async (maker) => {
      const { id: network_id } = await networkWithSubnet(maker);
      const guests = await machines(maker, { id: network_id }, 'controller', count);
      const elsewhere = { network_id, device_owner: 'compute:nova', 'binding:host_id': 'compute' };
      const ports = Array.from({ length: members - count }, () => elsewhere);
      if (ports.length > 0) await maker.api.ask('POST', 'ports', { ports });
      return guests;
    }),
  );

/** The same, wired. */
const wired = (target: Target, count: number, members: number) =>
  target.kept(async () => {
    const guests = await unplugged(target, count, members);
    await plugTaps(guests);
    const ports = guests.map(({ port }) => port);
    await allActive(target, ports);
    return guests;
  });

const among = (count: number, members: number): string =>
  count === members ? '' : `, in a group of ${amount(members)} ports`;

const settingOf = (count: number) => `taps-${count}`;

const MENTIONED = "iptables-save -t filter | grep -c -- '--dport 2222 '";
/** Python's agent looks for what has changed every other second. */
const GONE = `until [ $(${MENTIONED}) = 0 ]; do sleep 0.1; done`;

/** Rows of so many ports on one host, all measured on the same. */
function agentRows(count: number, members: number, rounds: Row['rounds']): Row[] {
  const setting = settingOf(count);
  return [
    {
      name: `tap-active-${count}`,
      title: `${count} taps appear at once${among(count, members)} → all ports are ACTIVE`,
      unit: 's',
      goal: { times: 10 },
      setting,
      rounds,
      async measure(target) {
        await target.anew();
        const guests = await target.kept(() => unplugged(target, count, members));
        const { result, cpu } = await withCpu({ ...target, daemons: bridgeDaemons }, async () => {
          const began = await plugTaps(guests);
          const ports = guests.map(({ port }) => port);
          return (await allActive(target, ports)) - began;
        });
        return { values: [result / 1000], cpu: cpu / count };
      },
      floor: bareTaps(count),
    },
    {
      name: `linuxbridge-restart-${count}`,
      title: `the Linux bridge agent starts again with ${count} ports${among(count, members)} → it has told of all of them`,
      unit: 's',
      goal: { times: 10 },
      setting,
      rounds,
      async measure(target) {
        const ports = (await wired(target, count, members)).map(({ port }) => port);
        await down(target, bridgeAgent.name);
        // Only the agent makes them ACTIVE again, each when it has seen to it.
        const ids = ports.map(({ id }) => id);
        await target.database.query("update ports set status = 'DOWN' where id in (?)", [ids]);
        const { result, cpu } = await withCpu({ ...target, daemons: bridgeDaemons }, async () => {
          const began = Date.now();
          await startAgain(target.lab, bridgeAgent);
          return (await allActive(target, ports)) - began;
        });
        return { values: [result / 1000], cpu };
      },
      floor: startOfNode('s'),
    },
    {
      name: `group-rule-${members}`,
      title: `a rule is added to a group of ${amount(members)} ports, ${count === members ? 'all' : count} of them on one host → the last one's filter has it`,
      unit: 'ms',
      goal: { times: 10 },
      setting,
      rounds,
      async measure(target) {
        const [guest] = await wired(target, count, members);
        await quiet([...target.lab.hosts.values()]);
        const undos: (() => Promise<unknown>)[] = [];
        const round = { ...target, afterwards: (undo: () => Promise<unknown>) => void undos.push(undo) };
        const counting = `while [ $(${MENTIONED}) -lt ${count} ]; do sleep 0.02; done; date +%s%N`;
        const adding = async () => {
          const began = Date.now();
          const [{ stdout }] = await Promise.all([
            runIn(guest!.host, ['timeout', '600', 'sh', '-c', counting]),
            defaultGroupRule(round, { protocol: 'tcp', port_range_min: 2222, port_range_max: 2222 }),
          ]);
          return Number(stdout.trim()) / 1e6 - began;
        };
        const { result, cpu } = await withCpu({ ...target, daemons: bridgeDaemons }, adding).finally(
          async () => {
            for (const undo of undos) await undo(); // the next round is to add it again
            await runIn(guest!.host, ['timeout', '600', 'sh', '-c', GONE]);
          },
        );
        return { values: [result], cpu };
      },
      floor: bareRules(count),
    },
  ];
}

export const bridgeAgentRows: readonly Row[] = [
  ...agentRows(50, 50, { ours: 3, peer: 2 }),
  {
    name: 'linuxbridge-writes-50',
    title: 'the Linux bridge agent starts again with 50 ports, nothing has changed: writes to the kernel',
    ...NO_WRITE,
    setting: settingOf(50),
    async measure(target) {
      await wired(target, 50, 50);
      return restartAtRest(target, 'neutron-linuxbridge-agent', 'devices', 50);
    },
  },
  ...agentRows(500, 1000, { ours: 1, peer: 1 }),
];
