import assert from 'node:assert/strict';
import { addGuest } from '../../../src/lab/guests.ts';
import { runIn } from '../../../src/lab/host.ts';
import { tapName } from '../../../src/net/names.ts';
import { hears, hides, type Item, type Stage, shows } from './stage.ts';

const MARKS = [4, 6].map((family) => [family === 4 ? 'iptables-save' : 'ip6tables-save', '-t', 'mangle']);

/**
 * A policy of a port on its way to the kernel: Python's Linux bridge agent asks our server for it, hears of its changes,
 * and of other policies for the port. What a machine sends is not limited here: that needs a policing kernel.
 */
export async function qos(stage: Stage): Promise<void> {
  const { change, rest, mark, lab, compute } = stage;
  const { policy } = await rest.post<{ policy: Item }>('qos/policies', { policy: { name: 'limited' } });
  const rules = `qos/policies/${policy.id}`;
  const { bandwidth_limit_rule: limit } = await rest.post<{ bandwidth_limit_rule: Item }>(
    `${rules}/bandwidth_limit_rules`,
    { bandwidth_limit_rule: { max_kbps: 20_000, max_burst_kbps: 2000, direction: 'ingress' } },
  );
  const { dscp_marking_rule: marking } = await rest.post<{ dscp_marking_rule: Item }>(
    `${rules}/dscp_marking_rules`,
    { dscp_marking_rule: { dscp_mark: 26 } },
  );
  const network = await stage.make('network', { name: 'measured' });
  await stage.make('subnet', { network_id: network.id, ip_version: 4, cidr: '172.16.35.0/24' });

  const isPolicy = (value: unknown) => JSON.stringify(value).includes(policy.id);
  let since = mark();
  const guest = await addGuest(lab, {
    name: 'measured',
    host: 'compute',
    network: network.id,
    options: ['--qos-policy', policy.id],
  });
  const tap = tapName(guest.portId);
  const chain = `neutron-linuxbri-qos-o${tap.slice(3, 9)}`;
  const limited = (rate: string, present = true) =>
    shows(compute, ['tc', 'qdisc', 'show', 'dev', tap], new RegExp(`tbf .* rate ${rate} `), present);
  const marked = async (value: string) => {
    for (const words of MARKS) {
      await shows(compute, words, new RegExp(`-A ${chain} -j DSCP --set-dscp ${value}$`, 'm'));
      await shows(compute, words, new RegExp(`--physdev-in ${tap} --physdev-is-bridged -j ${chain}$`, 'm'));
    }
  };
  const unmarked = async () => {
    for (const words of MARKS) await hides(compute, words, new RegExp(chain));
  };

  const pull = await hears(stage, since, 'pull', ({ args }) => isPolicy(args));
  assert.equal(pull.reply!.failure, undefined);
  await limited('20Mbit');
  await marked('0x1a');

  // It hears of what changes, and asks for nothing.
  since = mark();
  await rest.put(`${rules}/bandwidth_limit_rules/${limit.id}`, {
    bandwidth_limit_rule: { max_kbps: 10_000 },
  });
  await hears(stage, since, 'push', ({ args, fanout }) => fanout && isPolicy(args));
  await limited('10Mbit');
  await rest.put(`${rules}/dscp_marking_rules/${marking.id}`, { dscp_marking_rule: { dscp_mark: 46 } });
  await marked('0x2e');
  await rest.delete(`${rules}/dscp_marking_rules/${marking.id}`);
  await unmarked();
  await limited('10Mbit');

  // The port does without, then its network has the policy.
  await change('port', guest.portId, { qos_policy_id: null });
  await limited('10Mbit', false);
  await change('network', network.id, { qos_policy_id: policy.id });
  await limited('10Mbit');
  await change('network', network.id, { qos_policy_id: null });
  await limited('10Mbit', false);

  await rest.delete(`ports/${guest.portId}`);
  await runIn(compute, ['ip', 'link', 'del', tap]);
  await rest.delete(rules);
}
