import { startAgain, stop } from '../../src/lab/daemons.ts';
import { runIn } from '../../src/lab/host.ts';
import type { Row } from '../row.ts';
import { allActive, machines, plug } from '../target/guests.ts';
import { defaultGroupRule } from '../target/routers.ts';
import { networkWithSubnet } from './networks.ts';

const PORTS = 50;
const bridgeAgent = { host: 'controller', name: 'neutron-linuxbridge-agent' } as const;

export const restarts: readonly Row[] = [
  {
    name: 'linuxbridge-restart-50',
    title: `the Linux bridge agent starts again with ${PORTS} ports → it has told of all of them`,
    unit: 's',
    goal: { times: 10 },
    rounds: { ours: 3, peer: 2 },
    async measure(target) {
      const guests = await machines(target, await networkWithSubnet(target), 'controller', PORTS);
      await plug(guests);
      const ports = guests.map(({ port }) => port);
      await allActive(target, ports);
      await stop(target.lab, bridgeAgent);
      // Only the agent makes them ACTIVE again, each when it has seen to it.
      const ids = ports.map(({ id }) => id);
      await target.database.query("update ports set status = 'DOWN' where id in (?)", [ids]);
      const began = Date.now();
      await startAgain(target.lab, bridgeAgent);
      return { values: [((await allActive(target, ports)) - began) / 1000] };
    },
  },
  {
    name: 'group-rule-50',
    title: `a rule is added to a group of ${PORTS} ports of one host → the last port's filter has it`,
    unit: 'ms',
    goal: { times: 10 },
    rounds: { ours: 3, peer: 2 },
    async measure(target) {
      const guests = await machines(target, await networkWithSubnet(target), 'controller', PORTS);
      await plug(guests);
      await allActive(
        target,
        guests.map(({ port }) => port),
      );
      const counting = `while [ $(iptables-save -t filter | grep -c -- '--dport 2222 ') -lt ${PORTS} ]; do sleep 0.01; done; date +%s%N`;
      const began = Date.now();
      const [{ stdout }] = await Promise.all([
        runIn(guests[0]!.host, ['timeout', '120', 'sh', '-c', counting]),
        defaultGroupRule(target, { protocol: 'tcp', port_range_min: 2222, port_range_max: 2222 }),
      ]);
      return { values: [Number(stdout.trim()) / 1e6 - began] };
    },
  },
];
