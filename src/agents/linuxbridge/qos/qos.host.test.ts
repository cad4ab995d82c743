import '../../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tc } from '../../../linux/batch.ts';
import { run } from '../../../linux/process.ts';
import { listQdiscs } from '../../../linux/qdiscs.ts';
import { writeSysctls } from '../../../linux/sysctl.ts';
import { recordingLog } from '../../../testing/recordingLog.ts';
import { until } from '../../../testing/until.ts';
import type { RunningAgent } from '../../runtime/agent.ts';
import { details, plugGuest, ScriptedServer, startTestAgent } from '../testing.ts';
import { Qos } from './qos.ts';
import { policyFor } from './testing.ts';

const one = details(1, { qos_policy_id: 'p1' });
/** Its chain bears the first six digits of its id, which are not those of the other. */
const two = details(2, { port_id: 'bbbbbbbb-aaaa-4aaa-8aaa-aaaaaaaaaaaa', device: 'tapbbbbbbbb-aa' });
const { device } = one;
const server = new ScriptedServer();
let agent: RunningAgent;

const limit = (max_kbps: number) =>
  ['QosBandwidthLimitRule', { max_kbps, max_burst_kbps: 0, direction: 'ingress' }] as const;
const mark = (dscp_mark: number) => ['QosDscpMarkingRule', { dscp_mark }] as const;
type Rule = ReturnType<typeof limit> | ReturnType<typeof mark>;

/** The server has the policy so, and pushes it. */
async function push(...rules: Rule[]): Promise<void> {
  const policy = policyFor('p1', rules);
  server.policies.set('p1', policy);
  const args = { event_type: 'updated' as const, resource_list: [policy] };
  await server.qosPolicies.push(server.context(), args, { fanout: true });
}

const rateOf = async (name: string) => (await listQdiscs()).get(name)?.bucket?.rate;
const marks = async (program = 'iptables') =>
  (await run([`${program}-save`, '-t', 'mangle'])).stdout
    .split('\n')
    .filter((line) => line.startsWith('-A') && line.includes('qos-o'));
const chain = `neutron-linuxbri-qos-o${device.slice(3)}`.slice(0, 'neutron-linuxbri-'.length + 11);
const marked = (mark: string) => [
  `-A neutron-linuxbri-POSTROUTING -m physdev --physdev-in ${device} --physdev-is-bridged -j ${chain}`,
  `-A ${chain} -j DSCP --set-dscp ${mark}`,
];
const start = () => startTestAgent(server, { qos: { hz: 250, latencyMilliseconds: 50 } });

before(async () => {
  writeSysctls({ 'net/bridge/bridge-nf-call-iptables': 1, 'net/bridge/bridge-nf-call-ip6tables': 1 });
  await server.listen();
  server.policies.set('p1', policyFor('p1', [limit(2000), mark(26)]));
  for (const port of [one, two]) {
    server.devices.set(port.device, port);
    await plugGuest(port, `guest${port.fixed_ips[0]!.ip_address.at(-1)}`);
  }
  agent = await start();
  await until('both ports are up', () => server.up.length >= 2);
});
after(() => agent.stop());

test('a port is limited and marked as its policy says, and no other is', async () => {
  assert.equal(await rateOf(device), 250_000);
  assert.equal(await rateOf(two.device), undefined);
  for (const program of ['iptables', 'ip6tables'])
    assert.deepEqual((await marks(program)).sort(), marked('0x1a').sort());
});

test('a policy that changes is applied, with nothing asked of the server', async () => {
  server.calls.length = 0;
  await push(limit(4000), mark(46));
  await until('the new limit holds', async () => (await rateOf(device)) === 500_000);
  await until('the new mark is set', async () => (await marks()).some((line) => line.endsWith('0x2e')));
  assert.deepEqual(server.calls, []);
});

test('what Python Neutron or an agent before had set stays untouched', async () => {
  await agent.stop();
  // As Python's agent sets it, by way of netlink: the kernel shows some bytes less than tc gives it.
  await tc([`qdisc replace dev ${device} root tbf rate 500000bps burst 1998b latency 50ms`]);
  const shown = async () => [(await run(['tc', '-j', 'qdisc', 'show', 'dev', device])).stdout, await marks()];
  const before = await shown();
  server.up.length = 0;
  agent = await start();
  await until('the port is up', () => server.up.includes(device));
  assert.deepEqual(await shown(), before);
});

test('marks of several ports stay in the order in which they stand', async () => {
  const programs = ['iptables', 'ip6tables'];
  const startWith = async (port: typeof two, rules: number) => {
    server.devices.set(port.device, port);
    server.up.length = 0;
    agent = await start();
    await until('both ports are up', () => server.up.length >= 2);
    await until('the marks are set', async () => (await marks()).length === rules);
    await agent.stop();
  };
  const limited = { ...two, qos_policy_id: 'p1' };
  await agent.stop();
  await startWith(limited, 4);
  for (const program of programs) {
    const [first] = await marks(program);
    const rule = first!.split(' ').slice(1);
    for (const action of ['-D', '-A']) await run([program, '-t', 'mangle', action, ...rule]);
  }
  const shown = () => Promise.all(programs.map(marks));
  const before = await shown();
  await startWith(limited, 4);
  assert.deepEqual(await shown(), before);
  await startWith(two, 2);
  agent = await start();
});

test('a policy that is to be asked for anew counts as it was until then', async () => {
  const answers = [policyFor('p1', [limit(4000), mark(46)]), new Error('the server is away'), null];
  const pull = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer!;
  };
  const qos = new Qos({ tuning: { hz: 250, latencyMilliseconds: 50 }, log: recordingLog(), pull });
  const limits = async () => (await qos.compare([device])).limits.flatMap(({ differences }) => differences);
  await qos.update([one]);
  assert.deepEqual(await limits(), []);
  qos.doubtPolicies();
  assert.deepEqual(await limits(), []);
  await assert.rejects(qos.update([one]), /is away/);
  assert.deepEqual(await limits(), []);
  await qos.update([one]);
  assert.equal((await limits()).length, 1);
});

test('what is pushed while a policy is asked for counts, and not the older answer', async () => {
  const qos: Qos = new Qos({
    tuning: { hz: 250, latencyMilliseconds: 50 },
    log: recordingLog(),
    async pull(id) {
      assert.deepEqual(qos.learn(policyFor(id, [limit(8000)])), [two.device]);
      return policyFor(id, []);
    },
  });
  await qos.update([{ ...two, qos_policy_id: 'p2' }]);
  const [limits] = (await qos.compare([two.device])).limits;
  assert.equal(limits!.differences.length, 1);
});

test('what somebody took away comes back with the next look', async () => {
  await tc([`qdisc del dev ${device} root`]);
  await run(['iptables', '-t', 'mangle', '-F', chain]);
  await agent.stop();
  agent = await startTestAgent(server, { qos: { hz: 250, latencyMilliseconds: 50 } }, { compareSeconds: 1 });
  await until('the limit holds', async () => (await rateOf(device)) === 500_000);
  await tc([`qdisc del dev ${device} root`]);
  await run(['iptables', '-t', 'mangle', '-F', chain]);
  await until('the limit holds again', async () => (await rateOf(device)) === 500_000);
  await until('the mark is set again', async () => (await marks()).length === 2);
});

test('without rules, and without a policy, nothing is left', async () => {
  await push(mark(46));
  await until('the limit is gone', async () => (await rateOf(device)) === undefined);
  server.devices.set(device, { ...one, qos_policy_id: null });
  const port = { id: one.port_id } as never;
  await server.portUpdate.port_update(
    server.context(),
    { port, network_type: 'local', segmentation_id: null, physical_network: null },
    { fanout: true },
  );
  await until('the mark is gone', async () => (await marks()).length === 0);
});
