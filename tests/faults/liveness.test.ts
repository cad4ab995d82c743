import assert from 'node:assert/strict';
import { test } from 'node:test';
import { column, createPublic } from '../../src/lab/cloud.ts';
import { type Daemon, kill9, logOf, startAgain } from '../../src/lab/daemons.ts';
import type { Deployment } from '../../src/lab/deployments/deployment.ts';
import { embedded, embeddedConf } from '../../src/lab/deployments/embedded.ts';
import { planHost } from '../../src/lab/deployments/plan.ts';
import { addGuest, insideGuest, neutron } from '../../src/lab/guests.ts';
import { runIn } from '../../src/lab/host.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { hostAddress, hostWith } from '../../src/lab/topology.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { withLab } from './support/withLab.ts';

const server: Daemon = { host: 'controller', name: 'neutron-server' };
const agents: readonly Daemon[] = [
  { host: 'compute', name: 'neutron-linuxbridge-agent' },
  { host: 'controller', name: 'neutron-linuxbridge-agent' },
  { host: 'controller', name: 'neutron-dhcp-agent' },
  { host: 'controller', name: 'neutron-metadata-agent' },
  { host: 'controller', name: 'neutron-l3-agent' },
];

/** The embedded deployment with agents that report every second and count as dead after four. */
const impatient: Deployment = {
  ...embedded,
  name: 'impatient',
  plan: (topology, host) =>
    planHost(topology, host, {
      neutronConf: embeddedConf(hostAddress(hostWith(topology, 'control')), 'router').replace(
        '[database]',
        'agent_down_time = 4\n\n[agent]\nreport_interval = 1\n\n[database]',
      ),
    }),
};

/** Waits until `neutron agent-list` shows exactly these agents as dead, and all the others as alive. */
async function waitForDead(lab: Lab, dead: readonly Daemon[]): Promise<void> {
  const key = ({ host, name }: Daemon) => `${host} ${name}`;
  const expected = dead.map(key).sort();
  await waitFor(`agent-list to show xxx for: ${expected.join(', ') || 'nobody'}`, async () => {
    const rows = (await neutron(lab, 'agent-list'))
      .split('\n')
      .filter((line) => line.includes('neutron-'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    assert.equal(rows.length, agents.length);
    const shown = rows.map((row) => ({ agent: `${row[3]} ${row[7]}`, smiley: row[5] }));
    assert.deepEqual(
      shown
        .filter(({ smiley }) => smiley !== ':-)')
        .map(({ agent, smiley }) => `${agent} ${smiley}`)
        .sort(),
      expected.map((agent) => `${agent} xxx`),
    );
  });
}

const portOn = async (lab: Lab, host: string, name: string): Promise<string> =>
  column(
    lab,
    'id',
    ...['port-create', 'public', '--name', name, '--device_owner', 'compute:nova'],
    ...['--device-id', name, '--binding:host_id', host],
  );

test('a dead agent is shown, and what needs it is refused with the reason', async (t) => {
  await withLab('liveness', impatient, async (lab) => {
    await createPublic(lab);
    await waitForDead(lab, []);

    await t.test('agents that are killed are xxx', async () => {
      for (const daemon of agents) await kill9(lab, daemon);
      await waitForDead(lab, agents);
    });
    for (const [index, daemon] of agents.entries()) {
      await t.test(`${daemon.name} on ${daemon.host} started again is :-)`, async () => {
        await startAgain(lab, daemon);
        await waitForDead(lab, agents.slice(index + 1));
      });
    }

    const compute = agents[0]!;
    const controller = agents[1]!;

    await t.test(
      'a port for a host whose agent is dead is not bound; the log says why and the way out',
      async () => {
        await kill9(lab, compute);
        await waitForDead(lab, [compute]);
        const port = await portOn(lab, 'compute', 'stranded');
        assert.equal(await column(lab, 'binding:vif_type', 'port-show', port), 'binding_failed');
        assert.equal(await column(lab, 'status', 'port-show', port), 'DOWN');

        const log = (await logOf(lab, server)).split('\n').filter((line) => line.includes(port));
        for (const pattern of [
          / ERROR neutron\.plugins\.ml2\.managers \[.*req-.*\] Failed to bind port \S+ on host compute for vnic_type normal using segments \[/,
          / INFO neutron\.plugins\.ml2\.plugin \[.*req-.*\] Attempt 2 to bind port \S+/,
          / ERROR .* linuxbridge says: no live Linux bridge agent on compute: last heard \d+ s ago\. On compute, .*: systemctl restart neutron-linuxbridge-agent \[agent_dead\]/,
        ])
          assert.ok(
            log.some((line) => pattern.test(line)),
            `${pattern} is not in:\n${log.join('\n')}`,
          );

        await startAgain(lab, compute);
        await waitForDead(lab, []);
        await neutron(lab, 'port-update', port, '--binding:host_id', 'compute');
        const healthy = await portOn(lab, 'compute', 'healthy');
        for (const id of [port, healthy])
          assert.equal(await column(lab, 'binding:vif_type', 'port-show', id), 'bridge');
      },
    );

    await t.test(
      'what was made while the agent was dead works once it is back, without a further command',
      async () => {
        await kill9(lab, controller);
        await waitForDead(lab, [controller]);
        await neutron(lab, 'net-create', 'meanwhile');
        await neutron(lab, 'subnet-create', 'meanwhile', '172.16.7.0/24', '--name', 'meanwhile');
        await neutron(lab, 'router-create', 'meanwhile');
        await neutron(lab, 'router-interface-add', 'meanwhile', 'meanwhile');
        await neutron(lab, 'router-gateway-set', 'meanwhile', 'public');
        await waitFor('DHCP and router ports that could not be bound', async () => {
          const types = await column(lab, 'binding:vif_type', 'port-list', '--binding:host_id', 'controller');
          assert.equal(types.split('\n').filter((type) => type === 'binding_failed').length, 3, types);
        });
        await startAgain(lab, controller);
        await waitForDead(lab, []);
        const guest = await addGuest(lab, { name: 'late', host: 'compute', network: 'meanwhile' });
        assert.match(guest.lease, /^address=172\.16\.7\./);
        await waitFor('an answer of 203.0.113.1', () =>
          runIn(guest.host, insideGuest(guest.name, ['ping', '-c', '1', '-W', '1', '203.0.113.1'])),
        );
      },
    );
  });
});
