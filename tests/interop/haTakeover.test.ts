import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { column, createPublic } from '../../src/lab/cloud.ts';
import { kill9, processesOn, startAgain } from '../../src/lab/daemons.ts';
import type { Deployment } from '../../src/lab/deployments/deployment.ts';
import { full } from '../../src/lab/deployments/full.ts';
import { addGuest, neutron } from '../../src/lab/guests.ts';
import { type RunningHost, runIn, startIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { topologies } from '../../src/lab/topologies/index.ts';
import { pingFromGuest } from '../../src/lab/traffic/pings.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { withLab } from '../faults/support/withLab.ts';

const PYTHON_AGENT = '/usr/bin/neutron-l3-agent';
const NEUTRON_CONF = '/etc/neutron/neutron.conf';
const L3_CONF = '/etc/neutron/l3_agent.ini';
const LOG = '/var/log/neutron/python-l3-agent.log';
const OUR_AGENT = 'neutron-l3-agent';

/** What Python's agent reads besides: it asks sudo for its rights, and no longer knows the guide's `rabbit_host`. */
const additions: Readonly<Record<string, string>> = {
  [L3_CONF]: '[agent]\nroot_helper = sudo\n',
  [NEUTRON_CONF]: '[DEFAULT]\ntransport_url = rabbit://openstack:opst@controller:5672/\n',
};

const withAdditions: Deployment = {
  ...full,
  plan(topology, host) {
    const plan = full.plan(topology, host);
    const files = Object.entries(plan.files).map(([path, text]) => [
      path,
      path in additions ? `${text}\n${additions[path]}` : text,
    ]);
    return { ...plan, files: Object.fromEntries(files) };
  },
};

const activeHost = (lab: Lab): Promise<string> =>
  waitFor(
    'one active and one standby instance',
    async () => {
      const words = ['l3-agent-list-hosting-router', 'router', '-f', 'json'];
      const agents = JSON.parse(await neutron(lab, ...words)) as { host: string; ha_state: string }[];
      const active = agents.filter(({ ha_state }) => ha_state === 'active');
      if (agents.length !== 2 || active.length !== 1) throw new Error(JSON.stringify(agents));
      return active[0]!.host;
    },
    60,
  );

const pidsOf = (host: RunningHost, word: string) =>
  processesOn(host)
    .filter(({ words }) => words.some((text) => text.includes(word)))
    .map(({ pid }) => pid);

const read = async (host: RunningHost, path: string) => (await runIn(host, ['cat', path])).stdout;

const carries = (host: RunningHost, id: string, address: string) =>
  waitFor(`${address} in the router`, () =>
    runIn(host, ['sh', '-c', `ip -n qrouter-${id} -o addr | grep -q 'inet ${address}/32'`]),
  );

test('Python’s L3 agent takes a highly available router over from ours, and ours from it, without a lost ping', {
  skip: existsSync(PYTHON_AGENT) ? false : 'the package neutron-l3-agent is not installed',
}, async (t) => {
  await withLab(
    'ha-takeover',
    withAdditions,
    async (lab) => {
      await createPublic(lab);
      await neutron(lab, 'net-create', 'private');
      await neutron(lab, 'subnet-create', 'private', '172.16.1.0/24', '--name', 'private');
      await neutron(lab, 'router-create', '--ha', 'True', 'router');
      await neutron(lab, 'router-interface-add', 'router', 'private');
      await neutron(lab, 'router-gateway-set', 'router', 'public');
      const id = await column(lab, 'id', 'router-show', 'router');
      const vm = await addGuest(lab, { name: 'vm', host: 'compute', network: 'private' });
      const name = await activeHost(lab);
      t.diagnostic(`${name} carries the router`);
      const host = hostNamed(lab, name);
      await waitFor('the way out', () =>
        runIn(vm.host, ['ip', 'netns', 'exec', 'vm', 'ping', '-c', '1', '-W', '1', '203.0.113.1']),
      );
      const config = `/var/lib/neutron/ha_confs/${id}/keepalived.conf`;
      const [ours, pids] = [await read(host, config), pidsOf(host, config)];
      const ping = pingFromGuest(vm, '203.0.113.1');

      await kill9(lab, { host: name, name: OUR_AGENT });
      const files = [NEUTRON_CONF, L3_CONF].map((file) => `--config-file=${file}`);
      const command = ['/usr/bin/python3', PYTHON_AGENT, ...files, `--log-file=${LOG}`];
      await startIn(host, command, `${LOG}.out`, {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      });
      const finished = `Finished a router update for ${id}`;
      await waitFor('Python’s agent to adopt it', () => runIn(host, ['grep', '-q', finished, LOG]), 90);
      assert.equal(await read(host, config), ours, 'it would have written the very same file');
      assert.deepEqual(pidsOf(host, config), pids);
      const floating = ['floatingip-create', 'public', '--port-id', vm.portId];
      await carries(host, id, await column(lab, 'floating_ip_address', ...floating));

      const theirs = await read(host, config);
      await runIn(host, ['kill', '-9', ...pidsOf(host, PYTHON_AGENT).map(String)]);
      await startAgain(lab, { host: name, name: OUR_AGENT });
      await waitFor('our agent to end the monitor of Python’s', async () => {
        assert.deepEqual(pidsOf(host, 'neutron-keepalived-state-change'), []);
      });
      assert.equal(await activeHost(lab), name);
      assert.equal(await read(host, config), theirs);
      assert.deepEqual(pidsOf(host, config), pids);
      const { sent, lost } = await ping.stop();
      t.diagnostic(`${sent} pings sent, ${lost.length} lost`);
      assert.deepEqual(lost, []);
    },
    topologies['two-network-nodes']!,
  );
});
