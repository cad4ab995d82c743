import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ip } from '../../linux/batch.ts';
import { listLinks } from '../../linux/links.ts';
import { ensureNamespace, listNamespaces } from '../../linux/netns.ts';
import { run } from '../../linux/process.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import { adminContext } from '../../rpc/context.ts';
import { dhcpAgent } from '../../rpc/dhcpAgent.ts';
import type { ExtraDhcpOpt } from '../../rpc/dicts.ts';
import { client } from '../../rpc/interface.ts';
import { type RecordingLog, recordingLog } from '../../testing/recordingLog.ts';
import { until } from '../../testing/until.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import { startAgentOn } from '../runtime/testing.ts';
import { dhcpAgentParts } from './agent.ts';
import { type FakePlugin, fakePlugin, networkOf, portOf, subnetOf } from './testing.ts';

const networkId = '11111111-1111-4111-8111-111111111111';
const otherId = '22222222-2222-4222-8222-222222222222';
const subnetId = '33333333-3333-4333-8333-333333333333';
const vmId = '44444444-4444-4444-8444-444444444444';
const vmMac = 'fa:16:3e:aa:00:05';
const netns = `qdhcp-${networkId}`;

const state = mkdtempSync(join(tmpdir(), 'dhcp-agent-'));
const bus = new Bus();
const notify = client(inProcess(bus), dhcpAgent);
let plugin: FakePlugin;
let running: RunningAgent;
let log: RecordingLog;

const file = (name: string, id = networkId) => join(state, 'dhcp', id, name);
const text = (name: string, id = networkId) => readFileSync(file(name, id), 'utf8');
const dnsmasqPid = () => Number(text('pid'));
const alive = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
};

async function startHere(): Promise<void> {
  log = recordingLog();
  running = await startAgentOn(
    bus,
    `
[DEFAULT]
host = controller
state_path = ${state}
interface_driver = linuxbridge
enable_isolated_metadata = True
dnsmasq_config_file = ${join(state, 'dnsmasq.conf')}
resync_interval = 1
[agent]
check_child_processes_interval = 1
`,
    dhcpAgentParts,
    log,
  );
}

before(async () => {
  chmodOpen(state);
  writeFileSync(join(state, 'dnsmasq.conf'), 'dhcp-option-force=26,1450\n');
  plugin = await fakePlugin(inProcess(bus));
  const subnet = subnetOf(networkId, { id: subnetId, dns_nameservers: ['192.168.85.253'] });
  const vm = portOf(networkId, {
    id: vmId,
    mac_address: vmMac,
    fixed_ips: [{ subnet_id: subnetId, ip_address: '172.16.1.5' }],
  });
  plugin.networks.set(networkId, networkOf(networkId, [subnet], [vm]));
  await startHere();
});

after(async () => {
  await running.stop();
  await plugin.close();
  rmSync(state, { recursive: true, force: true });
});

function chmodOpen(path: string): void {
  // dnsmasq reads its files as nobody.
  run(['chmod', '755', path]);
}

/** Plugs a guest into the network's bridge, as the linuxbridge agent and Nova would. */
async function plugGuest(): Promise<void> {
  const tap = (await run(['ip', '-o', 'link', 'show', 'type', 'veth'])).stdout.match(/tap[^@:]+/)![0];
  await ensureNamespace('guest');
  await ip([
    'link add brq type bridge',
    'link set brq up',
    `link set ${tap} master brq`,
    `link add guest-tap type veth peer name eth0 address ${vmMac} netns guest`,
    'link set guest-tap master brq up',
  ]);
  await ip(['link set eth0 up'], { netns: 'guest' });
}

/** One DHCP exchange of the guest, as udhcpc tells its script. */
async function lease(): Promise<Record<string, string>> {
  const script = join(state, 'udhcpc.sh');
  writeFileSync(script, '#!/bin/sh\n[ "$1" = bound ] && env\nexit 0\n', { mode: 0o755 });
  const options = [
    '-n',
    '-q',
    '-f',
    '-t',
    '5',
    '-T',
    '1',
    '-O',
    'mtu',
    '-O',
    'staticroutes',
    '-O',
    '121',
    '-O',
    'tftp',
  ];
  const { stdout } = await run(['udhcpc', '-i', 'eth0', ...options, '-s', script], { netns: 'guest' });
  return Object.fromEntries(stdout.split('\n').map((line) => line.split(/=(.*)/s) as [string, string]));
}

test('a network of this host gets its namespace, its dnsmasq and its files', async () => {
  await until('the VM port is reported ready', () => plugin.ready.includes(vmId));
  await until("the agent's own port, too", () => plugin.ready.some((id) => id.startsWith('00000001-aa')));
  assert.equal(plugin.calls[0], 'report_state');
  assert.equal(text('host'), `${vmMac},host-172-16-1-5.openstacklocal,172.16.1.5\n`);
  assert.equal(text('addn_hosts'), '172.16.1.5\thost-172-16-1-5.openstacklocal host-172-16-1-5\n');
  assert.equal(text('interface'), 'ns-00000001-aa');
  const addresses = (await run(['ip', '-o', 'addr', 'show', 'dev', 'ns-00000001-aa'], { netns })).stdout;
  assert.match(addresses, /inet 172\.16\.1\.2\/24 brd 172\.16\.1\.255 scope global/);
  assert.match(addresses, /inet 169\.254\.169\.254\/32 brd 169\.254\.169\.254 scope global/);
  assert.match(addresses, /inet6 fe80::a9fe:a9fe\/64 scope link/);
  const routes = (await run(['ip', 'route'], { netns })).stdout;
  assert.match(routes, /default via 172\.16\.1\.1 dev ns-00000001-aa proto static/);
  const mangle = (await run(['iptables-save', '-t', 'mangle'], { netns })).stdout;
  assert.match(
    mangle,
    /-A neutron-dhcp-age-POSTROUTING -p udp -m udp --dport 68 -j CHECKSUM --checksum-fill/,
  );
});

test('a client on the network gets its address, MTU 1450 and the metadata route', async () => {
  await plugGuest();
  const given = await lease();
  assert.equal(given.ip, '172.16.1.5');
  assert.equal(given.mtu, '1450');
  assert.equal(given.router, '172.16.1.1');
  assert.equal(given.dns, '192.168.85.253');
  assert.match(given.staticroutes ?? '', /169\.254\.169\.254\/32 172\.16\.1\.2/);
  assert.match(text('leases'), /fa:16:3e:aa:00:05 172\.16\.1\.5/);
});

test('names that the server assigns are in the files at once, and dnsmasq answers them both ways', async () => {
  await ip(['address add 172.16.1.5/24 dev eth0'], { netns: 'guest' });
  const ask = async (name: string, type = 'a') =>
    (await run(['busybox', 'nslookup', `-type=${type}`, name, '172.16.1.2'], { netns: 'guest' })).stdout;
  await until('the name by default', async () => (await ask('host-172-16-1-5')).includes('172.16.1.5'));
  const vm = plugin.networks.get(networkId)!.ports.find(({ id }) => id === vmId)!;
  vm.dns_assignment = [{ ip_address: '172.16.1.5', hostname: 'web', fqdn: 'web.example.org.' }];
  await notify.port_update_end(
    adminContext(),
    { payload: { port: vm, priority: 6 } },
    { server: 'controller' },
  );
  await until('the new name', async () => (await ask('web.example.org')).includes('172.16.1.5'));
  assert.match(text('host'), /fa:16:3e:aa:00:05,web\.example\.org\.,172\.16\.1\.5\n/);
  assert.match(text('addn_hosts'), /172\.16\.1\.5\tweb\.example\.org\. web\n/);
  assert.match(await ask('web'), /172\.16\.1\.5/);
  assert.match(await ask('5.1.16.172.in-addr.arpa', 'ptr'), /web\.example\.org/);
});

test('extra DHCP options of a port reach its client, change and go; dnsmasq does not die of it', async () => {
  const vm = plugin.networks.get(networkId)!.ports.find(({ id }) => id === vmId)!;
  const give = async (extra_dhcp_opts: ExtraDhcpOpt[]) => {
    vm.extra_dhcp_opts = extra_dhcp_opts;
    const payload = { port: vm, priority: 6 };
    await notify.port_update_end(adminContext(), { payload }, { server: 'controller' });
  };
  const option = (opt_value: string) => ({ opt_name: 'tftp-server', opt_value, ip_version: 4 }) as const;
  for (const server of ['10.0.0.9', '10.0.0.10', '10.0.0.11']) {
    await give([option(server)]);
    await until('the option is in its file', () =>
      text('opts').includes(`tag:port-${vmId},option:tftp-server,${server}`),
    );
    await until('the client gets it', async () => (await lease()).tftp === server);
  }
  await give([]);
  await until('the option is gone', () => !text('opts').includes('tftp-server'));
  await until('the client gets it no more', async () => (await lease()).tftp === undefined);
  assert.deepEqual(log.lines('error'), []);
});

test('a new port is in the files and reported ready, with a reload and not a restart', async () => {
  const pid = dnsmasqPid();
  const port = portOf(networkId, {
    id: '55555555-5555-4555-8555-555555555555',
    mac_address: 'fa:16:3e:aa:00:06',
    fixed_ips: [{ subnet_id: subnetId, ip_address: '172.16.1.6' }],
  });
  plugin.networks.get(networkId)?.ports.push(port);
  await notify.port_create_end(adminContext(), { payload: { port, priority: 5 } }, { server: 'controller' });
  await until('the new port is reported ready', () => plugin.ready.includes(port.id));
  assert.match(text('host'), /fa:16:3e:aa:00:06,host-172-16-1-6\.openstacklocal,172\.16\.1\.6\n/);
  assert.equal(dnsmasqPid(), pid);
});

test('the lease of a deleted port is released', async () => {
  const network = plugin.networks.get(networkId)!;
  network.ports = network.ports.filter(({ id }) => id !== vmId);
  await notify.port_delete_end(
    adminContext(),
    { payload: { port_id: vmId, network_id: networkId, priority: 6 } },
    { server: 'controller' },
  );
  await until('the lease is gone', () => !text('leases').includes('172.16.1.5'));
  await until('its host line is gone', () => !text('host').includes('172.16.1.5'));
});

test('an agent that starts again keeps the dnsmasq that runs', async () => {
  const pid = dnsmasqPid();
  await running.stop();
  assert.ok(alive(pid));
  await startHere();
  await until('synchronised', () => log.lines('info').some((line) => line.includes('state complete')));
  assert.equal(dnsmasqPid(), pid);
  assert.ok(alive(pid));
  assert.deepEqual(log.lines('error'), []);
});

test('a dnsmasq that dies is started again, and the log says so', async () => {
  const pid = dnsmasqPid();
  process.kill(pid, 'SIGKILL');
  await until('a new dnsmasq', () => {
    try {
      return dnsmasqPid() !== pid && alive(dnsmasqPid());
    } catch {
      return false;
    }
  });
  assert.deepEqual(log.lines('error'), [`dnsmasq of network ${networkId} died`]);
});

test('a second subnet restarts dnsmasq with both ranges and gives the port an address in each', async () => {
  const pid = dnsmasqPid();
  const network = plugin.networks.get(networkId)!;
  const subnet = subnetOf(networkId, { id: otherId, cidr: '10.9.0.0/24', gateway_ip: '10.9.0.1' });
  network.subnets.push(subnet);
  await notify.subnet_create_end(
    adminContext(),
    { payload: { subnet, priority: 3 } },
    { server: 'controller' },
  );
  await until('dnsmasq with both ranges', () => {
    try {
      return (
        dnsmasqPid() !== pid && readFileSync(`/proc/${dnsmasqPid()}/cmdline`, 'utf8').includes('10.9.0.0')
      );
    } catch {
      return false;
    }
  });
  const addresses = (await run(['ip', '-o', 'addr'], { netns })).stdout;
  assert.match(addresses, /10\.9\.0\.2\/24/);
  assert.match(addresses, /172\.16\.1\.2\/24/);
});

test('what somebody spoils in the namespace is right again after a resync', async () => {
  const pid = dnsmasqPid();
  await ip(
    [
      'addr del 172.16.1.2/24 dev ns-00000001-aa',
      'link set ns-00000001-aa mtu 1400',
      'addr add 9.9.9.9/32 dev ns-00000001-aa',
    ],
    { netns },
  );
  await notify.agent_updated(adminContext(), { payload: { admin_state_up: true } }, { server: 'controller' });
  const show = async () => (await run(['ip', 'addr', 'show', 'dev', 'ns-00000001-aa'], { netns })).stdout;
  await until('repaired', async () => /mtu 1450.*172\.16\.1\.2\/24/s.test(await show()));
  await until('cleaned', async () => !(await show()).includes('9.9.9.9'));
  await until('routed', async () =>
    (await run(['ip', 'route'], { netns })).stdout.includes('default via 172.16.1.1'),
  );
  assert.equal(dnsmasqPid(), pid);
});

test('a changed MTU reaches the device, its tap and the clients', async () => {
  const network = plugin.networks.get(networkId)!;
  const change = (mtu: number) => {
    network.mtu = mtu;
    return notify.network_update_end(
      adminContext(),
      { payload: { network: { ...network, name: '', status: 'ACTIVE', subnets: [], shared: false } } },
      { server: 'controller' },
    );
  };
  const offers = (mtu: number) => {
    try {
      return readFileSync(`/proc/${dnsmasqPid()}/cmdline`, 'utf8').includes(`option:mtu,${mtu}\0`);
    } catch {
      return false;
    }
  };
  const mtuOf = async (device: string, where?: string) => (await listLinks(where)).get(device)?.mtu;
  await change(1300);
  await until('clients are offered it', () => offers(1300));
  await until('the device has it', async () => (await mtuOf('ns-00000001-aa', netns)) === 1300);
  assert.equal(await mtuOf('tap00000001-aa'), 1300);
  await change(1450);
  await until('and back', () => offers(1450));
});

test('a network that is set down is served no more, and again when it is up', async () => {
  const network = plugin.networks.get(networkId)!;
  network.admin_state_up = false;
  const update = () =>
    notify.network_update_end(
      adminContext(),
      {
        payload: {
          network: { ...network, name: '', status: 'ACTIVE', subnets: [], shared: false },
          priority: 1,
        },
      },
      { server: 'controller' },
    );
  await update();
  await until('not served', () => !listNamespaces().includes(netns));
  await until('released', () => plugin.released.includes(networkId));
  plugin.released.length = 0;
  network.admin_state_up = true;
  await update();
  await until('served again', () => {
    try {
      return alive(dnsmasqPid());
    } catch {
      return false;
    }
  });
});

test('a failing server leaves the network dirty, and a full resync sweeps what nobody wants', async () => {
  const network = networkOf(otherId, [
    subnetOf(otherId, { id: otherId, cidr: '10.8.0.0/24', gateway_ip: null }),
  ]);
  plugin.networks.set(otherId, network);
  plugin.failNext('create_dhcp_port', new Error('SubnetInUse'));
  await notify.network_create_end(
    adminContext(),
    { payload: { network: { id: otherId } } },
    { server: 'controller' },
  );
  await until('the second network is served', () => listNamespaces().includes(`qdhcp-${otherId}`));
  await until('recovered', () => log.lines('info').some((line) => line.startsWith('Recovered')));
  await running.stop();
  plugin.networks.delete(otherId);
  await startHere();
  await until('swept', () => !listNamespaces().includes(`qdhcp-${otherId}`));
  await until('released', () => plugin.released.includes(otherId));
  assert.ok(listNamespaces().includes(netns));
});

test('a network that leaves takes everything with it', async () => {
  const pid = dnsmasqPid();
  plugin.networks.delete(networkId);
  await notify.network_delete_end(
    adminContext(),
    { payload: { network_id: networkId } },
    { server: 'controller' },
  );
  await until('released', () => plugin.released.includes(networkId));
  await until('nothing left', () => !alive(pid) && !listNamespaces().includes(netns));
  assert.doesNotMatch((await run(['ip', 'link'])).stdout, /tap00000001/);
});
