import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embedded } from '../../src/lab/deployments/embedded.ts';
import { addGuest, insideGuest, neutron } from '../../src/lab/guests.ts';
import { runIn, runningHosts } from '../../src/lab/host.ts';
import { bringUp, takeDown } from '../../src/lab/lab.ts';
import { topologies } from '../../src/lab/topologies/index.ts';
import { waitFor } from '../../src/lab/waitFor.ts';

/** Agents by role: a compute host has the Linux bridge agent, a network host three more, of which L3 counts too. */
const agentsOf = (roles: readonly string[]) =>
  (roles.includes('outside') ? 0 : 1) + (roles.includes('network') ? 3 : 0);

for (const topology of Object.values(topologies).filter(({ name }) => name !== 'guide')) {
  test(`topology ${topology.name}: every agent is alive, guests on all compute hosts reach each other`, async (t) => {
    const name = `topology-${topology.name}`;
    t.after(() => takeDown(name));
    const lab = await bringUp(name, topology, embedded, () => {});
    const expected = topology.hosts.reduce((sum, host) => sum + agentsOf(host.roles), 0);
    await waitFor(`${expected} agents`, async () => {
      const alive = (await neutron(lab, 'agent-list'))
        .split('\n')
        .filter((line) => line.includes(':-)')).length;
      if (alive !== expected) throw new Error(`${alive} alive`);
    });
    await neutron(lab, 'net-create', 'net');
    await neutron(lab, 'subnet-create', 'net', '10.20.0.0/24');
    const guests = [];
    for (const host of topology.hosts.filter(({ roles }) => roles.includes('compute'))) {
      guests.push(await addGuest(lab, { name: `on-${host.name}`, host: host.name, network: 'net' }));
    }
    const [first, ...others] = guests;
    for (const { address } of others) {
      const ping = insideGuest(first!.name, ['ping', '-c', '2', '-i', '0.2', '-W', '2', address]);
      assert.match((await runIn(first!.host, ping, { allowed: [0, 1] })).stdout, / 2 received/);
    }
    await takeDown(name);
    assert.deepEqual(runningHosts(name), []);
  });
}
