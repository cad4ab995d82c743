import '../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ip } from '../linux/batch.ts';
import { listLinks } from '../linux/links.ts';
import { run } from '../linux/process.ts';
import { tryInNamespace } from '../linux/trial.ts';
import type { Report } from './report.ts';

const doctor = fileURLToPath(new URL('../../bin/neutron-doctor', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'doctor-'));
const AGENT = 'plugins/ml2/linuxbridge_agent.ini';

before(async () => {
  mkdirSync(join(directory, 'plugins/ml2'), { recursive: true });
  await ip([
    'link add eno1 type veth peer name wire',
    'link set eno1 up',
    'link set wire up',
    'addr add 192.0.2.1/24 dev eno1',
  ]);
});
after(() => rmSync(directory, { recursive: true, force: true }));

/** Writes the configuration of an agent with these mappings; the rest is as it should be. */
function configure(mappings: string, localIp = '192.0.2.1'): void {
  writeFileSync(join(directory, 'neutron.conf'), '[DEFAULT]\n');
  writeFileSync(
    join(directory, AGENT),
    `[linux_bridge]\nphysical_interface_mappings = ${mappings}\n[vxlan]\nenable_vxlan = True\nlocal_ip = ${localIp}\n`,
  );
}

async function ask(...words: string[]): Promise<{ report: Report & { fixed?: unknown }; code: number }> {
  const command = [doctor, '--json', '--config-dir', directory, ...words];
  const { stdout, stderr, code } = await run(command, { allowed: [0, 1, 2] });
  assert.notEqual(code, 2, stderr);
  return { report: JSON.parse(stdout), code };
}

const codesFor = async (...words: string[]) => (await ask(...words)).report.problems.map(({ code }) => code);

test('what the kernel can do is tried, and nothing of the tries is left', async () => {
  configure('public:eno1');
  const links = [...(await listLinks()).keys()];
  const { report } = await ask('kernel:', 'packet filter: i', 'ebtables', 'address sets');
  assert.deepEqual(
    report.problems.filter(({ severity }) => severity !== 'info'),
    [],
  );
  assert.ok(report.checks.length >= 10);
  assert.deepEqual([...(await listLinks()).keys()], links);
  assert.equal((await run(['iptables-save', '-t', 'raw'])).stdout.includes('CT'), false);
});

test('a try that fails says what it printed, and the others are tried', async () => {
  const tries = await tryInNamespace({
    bad: 'ip link add x type nonsense',
    good: 'ip link add y type bridge',
    last: 'test -e /sys/none',
  });
  assert.match(tries.get('bad')!, /Unknown device type|nonsense/i);
  assert.deepEqual([tries.get('good'), tries.get('last')], [undefined, '']);
});

test('cards and addresses', async () => {
  configure('public:eno1');
  assert.deepEqual(await codesFor('network cards', 'local_ip'), []);
  configure('public:eno2', '192.0.2.9');
  assert.deepEqual(await codesFor('network cards', 'local_ip'), ['mapped_nic_missing', 'local_ip_missing']);
  await ip(['link add virbr0 type bridge', 'link set virbr0 up', 'link set eno1 master virbr0']);
  configure('public:eno1');
  assert.deepEqual(await codesFor('network cards'), ['mapped_nic_elsewhere']);
  configure('public:virbr0');
  assert.deepEqual(await codesFor('mapped'), ['mapped_nic_is_bridge']);
  await ip(['link set eno1 nomaster', 'link del virbr0']);
});

test('a card without a link at the other end', async () => {
  configure('public:eno1');
  await ip(['link set wire down']);
  assert.deepEqual(await codesFor('mapped'), ['mapped_nic_no_carrier']);
  await ip(['link set wire up']);
});

test('--fix shows and runs what is safe, and looks again', async () => {
  configure('public:eno1');
  await ip(['link set eno1 down']);
  const asked = await ask('mapped', '--fix');
  assert.deepEqual(
    [asked.code, (await listLinks()).get('eno1')!.up],
    [1, false],
    'without --yes and a terminal nothing is run',
  );
  const { report, code } = await ask('mapped', '--fix', '--yes');
  assert.deepEqual(report.fixed, [
    { code: 'mapped_nic_down', command: 'ip link set eno1 up', result: 'done' },
  ]);
  assert.deepEqual([report.problems, code], [[], 0]);
});

test('a port that somebody else holds, and by whom', async () => {
  configure('public:eno1');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(9696, resolve));
  writeFileSync(join(directory, 'plugins/ml2/ml2_conf.ini'), '[ml2]\ntype_drivers = flat\n');
  const { report } = await ask('ports: API', 'daemons: running');
  assert.deepEqual(
    report.problems.map(({ code }) => code),
    ['port_taken', 'l2_agent_not_running'],
  );
  assert.match(report.problems[0]!.text, new RegExp(`\\(process ${process.pid}\\)$`));
  assert.deepEqual(report.silenced, [{ code: 'server_not_running', by: 'port_taken' }]);
  server.close();
  rmSync(join(directory, 'plugins/ml2/ml2_conf.ini'));
});

test('firewalls before Neutron, in both chains and both variants', async () => {
  configure('public:eno1');
  assert.deepEqual(await codesFor('packet filter'), []);
  writeFileSync(
    join(directory, AGENT),
    '[securitygroup]\nfirewall_driver = noop\n[vxlan]\nlocal_ip = 192.0.2.1\n',
  );
  await run(['iptables', '-P', 'FORWARD', 'DROP']);
  await run(['iptables', '-P', 'INPUT', 'DROP']);
  assert.deepEqual((await codesFor('packet filter')).sort(), ['forward_drops_guests', 'vxlan_port_filtered']);
  await run(['iptables', '-A', 'INPUT', '-p', 'udp', '--dport', '8472', '-j', 'ACCEPT']);
  await run(['iptables', '-P', 'FORWARD', 'ACCEPT']);
  assert.deepEqual(await codesFor('packet filter'), []);
  await run(['iptables', '-P', 'INPUT', 'ACCEPT']);
});

test('a file of comments alone configures nothing', async () => {
  writeFileSync(join(directory, AGENT), '[vxlan]\n# local_ip = 192.0.2.1\n');
  const { report, code } = await ask('daemons: running', 'mapped');
  assert.deepEqual(
    report.checks.map((one) => one.result),
    ['not checked', 'not checked'],
  );
  assert.equal(code, 0);
});

test('who is not root is told what was not checked', async () => {
  configure('public:eno1');
  const command = [
    'setpriv',
    '--reuid=65534',
    '--clear-groups',
    doctor,
    '--json',
    '--config-dir',
    '/root/none',
    'kernel',
  ];
  const { stdout } = await run(command, {
    env: { NODE_COMPILE_CACHE: '/tmp/none', HOME: '/tmp' },
    allowed: [0, 1],
  });
  const report = JSON.parse(stdout) as Report;
  assert.ok(report.checks.some((one) => one.result === 'not checked' && one.why === 'it needs root'));
  assert.deepEqual(
    report.problems.filter(({ severity }) => severity !== 'info'),
    [],
  );
});
