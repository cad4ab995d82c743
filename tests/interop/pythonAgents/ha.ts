import assert from 'node:assert/strict';
import { processesOn } from '../../../src/lab/daemons.ts';
import { type RunningHost, runIn } from '../../../src/lab/host.ts';
import { eventually, hears, type Item, reads, type Stage } from './stage.ts';

interface Agent extends Item {
  readonly host: string;
  readonly ha_state: string;
}

/** keepalived alone, not what watches it. */
const killKeepalived = (host: RunningHost, router: string) => {
  const found = processesOn(host).filter(
    ({ words }) => /(^|\/)keepalived$/.test(words[0]!) && words.some((word) => word.includes(router)),
  );
  return runIn(host, ['kill', '-9', ...found.map(({ pid }) => String(pid))]);
};

/** A highly available router: the states that Python's agents report, and who takes over. */
export async function ha(stage: Stage): Promise<void> {
  const { make, rest, mark, lab } = stage;
  const network = await make('network', { name: 'carried' });
  const subnet = await make('subnet', { network_id: network.id, ip_version: 4, cidr: '172.16.60.0/24' });
  let since = mark();
  const router = await make('router', { name: 'carrier', ha: true });
  await rest.put(`routers/${router.id}/add_router_interface`, { subnet_id: subnet.id });
  const settled = (wanted?: string) =>
    eventually('one active and one standby instance', async () => {
      const { agents } = await rest.get<{ agents: Agent[] }>(`routers/${router.id}/l3-agents`);
      const states = agents.map(({ ha_state }) => ha_state).sort();
      assert.deepEqual(states, ['active', 'standby'], JSON.stringify(agents));
      const active = agents.find(({ ha_state }) => ha_state === 'active')!.host;
      if (wanted !== undefined) assert.equal(active, wanted);
      return active;
    });
  const active = await settled();
  await hears(stage, since, 'update_ha_routers_states');
  const standby = active === 'controller' ? 'compute' : 'controller';
  const carries = async (host: string) =>
    (await reads(lab.hosts.get(host)!, 'ip', '-n', `qrouter-${router.id}`, '-o', 'addr')).includes(
      '172.16.60.1/24',
    );
  assert.ok(await carries(active));
  assert.ok(!(await carries(standby)));

  since = mark();
  await killKeepalived(lab.hosts.get(active)!, router.id);
  // Python's agent starts it again, so either may carry the router in the end.
  await hears(stage, since, 'update_ha_routers_states');
  const now = await settled();
  await eventually('the active instance to carry its address', async () => assert.ok(await carries(now)));
  await rest.put(`routers/${router.id}/remove_router_interface`, { subnet_id: subnet.id });
  await rest.delete(`routers/${router.id}`);
  for (const host of [stage.controller, stage.compute])
    await eventually('no namespace of the router', async () =>
      assert.ok(!(await reads(host, 'ip', 'netns', 'list')).includes(router.id)),
    );
}
