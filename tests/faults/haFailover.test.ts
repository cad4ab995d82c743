import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { addFloatingIp, column, createPublic } from '../../src/lab/cloud.ts';
import { kill9, processesOn, startAgain } from '../../src/lab/daemons.ts';
import type { Deployment } from '../../src/lab/deployments/deployment.ts';
import { embedded } from '../../src/lab/deployments/embedded.ts';
import { addGuest, neutron } from '../../src/lab/guests.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { topologies } from '../../src/lab/topologies/index.ts';
import { type Pinging, pingFromGuest, pingFromHost } from '../../src/lab/traffic/pings.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { withLab } from './support/withLab.ts';

const L3_CONF = '/etc/neutron/l3_agent.ini';
const NODES = ['controller', 'network2'];
/** Seconds between two pings. */
const INTERVAL = 0.05;
/** Alone on a machine a failover takes less than a second; this one may be shared by eight others. */
const GENEROUS_SECONDS = 5;

/** What docs/ha-routers.md says for less than a second. */
const fast: Deployment = {
  ...embedded,
  plan(topology, host) {
    const plan = embedded.plan(topology, host);
    const conf = plan.files[L3_CONF];
    if (conf === undefined) return plan;
    return { ...plan, files: { ...plan.files, [L3_CONF]: `${conf}\nha_vrrp_advert_int = 0.2\n` } };
  },
};

/** The longest time without an answer. */
function outage(lost: readonly number[]): number {
  let longest = 0;
  let run = 0;
  lost.forEach((sequence, at) => {
    run = lost[at - 1] === sequence - 1 ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  return longest * INTERVAL;
}

async function statesOf(lab: Lab): Promise<Record<string, string>> {
  const words = ['l3-agent-list-hosting-router', 'router', '-f', 'json'];
  const agents = JSON.parse(await neutron(lab, ...words)) as { host: string; ha_state: string }[];
  return Object.fromEntries(agents.map(({ host, ha_state }) => [host, ha_state]));
}

/** Waits until the server knows one active and one standby instance, the active one where it is wanted. */
const settled = (
  lab: Lab,
  wanted: readonly string[] = NODES,
): Promise<{ readonly active: string; readonly standby: string }> =>
  waitFor('one active and one standby instance', async () => {
    const states = await statesOf(lab);
    const hosts = (state: string) => NODES.filter((host) => states[host] === state);
    const [[active], [standby]] = [hosts('active'), hosts('standby')];
    if (active === undefined || standby === undefined || !wanted.includes(active))
      throw new Error(JSON.stringify(states));
    return { active, standby };
  });

/** Waits until the instance on a host carries the router's addresses, whatever the server knows. */
const takesOver = (lab: Lab, host: string, routerId: string) =>
  waitFor(`${host} to take over`, () => {
    const script = `ip -n qrouter-${routerId} -o addr | grep -q 'inet 169.254.0.'`;
    return runIn(hostNamed(lab, host), ['sh', '-c', script]);
  });

/** Ends pings and tells how long none of them was answered. */
async function measure(it: TestContext, pings: readonly Pinging[]): Promise<void> {
  for (const { what, sent, lost } of await Promise.all(pings.map((ping) => ping.stop()))) {
    const seconds = outage(lost);
    it.diagnostic(`${what}: ${sent} sent, ${lost.length} lost, ${seconds.toFixed(2)} s without an answer`);
    assert.ok(seconds < GENEROUS_SECONDS, `${what}: ${seconds} s without an answer`);
  }
}

const answers = (lab: Lab, address: string) =>
  waitFor(`an answer of ${address}`, () =>
    runIn(hostNamed(lab, 'outside'), ['ping', '-c', '1', '-W', '1', address]),
  );

const killKeepalived = async (lab: Lab, host: string): Promise<void> => {
  const pids = processesOn(hostNamed(lab, host))
    .filter(({ words }) => words[0] === 'keepalived')
    .map(({ pid }) => String(pid));
  assert.equal(pids.length, 2, 'keepalived and its VRRP worker');
  await runIn(hostNamed(lab, host), ['kill', '-9', ...pids]);
};

const link = (lab: Lab, host: string, state: string) =>
  runIn(hostNamed(lab, host), ['ip', 'link', 'set', 'eno1', state]);

/** The default route goes with the link, and no daemon of the lab brings it back. */
const plugIn = async (lab: Lab, host: string): Promise<void> => {
  await link(lab, host, 'up');
  const route = ['ip', 'route', 'replace', 'default', 'via', '192.168.81.254'];
  await waitFor(`the way out of ${host}`, () => runIn(hostNamed(lab, host), route));
};

interface Fault {
  readonly what: string;
  readonly happens: (lab: Lab, active: string) => Promise<unknown>;
  readonly repaired: (lab: Lab, active: string) => Promise<unknown>;
  /** The instance that failed was active all the time, and nobody heard it. */
  readonly comesBack?: true;
}

const faults: readonly Fault[] = [
  { what: 'its keepalived is killed', happens: killKeepalived, repaired: async () => {} },
  {
    what: 'its host is off the network',
    happens: (lab, active) => link(lab, active, 'down'),
    repaired: plugIn,
    comesBack: true,
  },
  {
    what: 'its agent and keepalived are killed',
    async happens(lab, active) {
      await kill9(lab, { host: active, name: 'neutron-l3-agent' });
      await killKeepalived(lab, active);
    },
    repaired: (lab, active) => startAgain(lab, { host: active, name: 'neutron-l3-agent' }),
  },
];

test('a highly available router goes on on the other network node', async (t) => {
  const topology = topologies['two-network-nodes']!;
  await withLab(
    'ha-failover',
    fast,
    async (lab) => {
      await createPublic(lab);
      await neutron(lab, 'net-create', 'private');
      await neutron(lab, 'subnet-create', 'private', '172.16.1.0/24', '--name', 'private');
      await waitFor('two L3 agents', async () => {
        const agents = await neutron(lab, 'agent-list', '--agent_type', 'L3 agent');
        assert.equal(agents.match(/:-\)/g)?.length, 2);
      });
      await neutron(lab, 'router-create', '--ha', 'True', 'router');
      await neutron(lab, 'router-interface-add', 'router', 'private');
      await neutron(lab, 'router-gateway-set', 'router', 'public');
      const id = await column(lab, 'id', 'router-show', 'router');
      const vm = await addGuest(lab, { name: 'vm', host: 'compute', network: 'private' });
      const group = (await column(lab, 'security_groups', 'port-show', vm.portId)).replace(/[^0-9a-f-]/g, '');
      await neutron(lab, 'security-group-rule-create', '--protocol', 'icmp', '--direction', 'ingress', group);
      const floating = await addFloatingIp(lab, vm);
      for (const { what, happens, repaired, comesBack } of faults) {
        await t.test(what, async (it) => {
          const { active, standby } = await settled(lab);
          await answers(lab, floating);
          const pings = [pingFromGuest(vm, '203.0.113.1'), pingFromHost(hostNamed(lab, 'outside'), floating)];
          await waitFor('pings to run', () => answers(lab, floating));
          await happens(lab, active);
          await takesOver(lab, standby, id);
          await answers(lab, floating);
          await repaired(lab, active);
          // Two instances that were apart agree on one when they meet again, whichever it is.
          await settled(lab, comesBack ? NODES : [standby]);
          await answers(lab, floating);
          await measure(it, pings);
        });
      }
    },
    topology,
  );
});
