import assert from 'node:assert/strict';
import { test } from 'node:test';
import { column } from '../../src/lab/cloud.ts';
import { kill9, processesOn } from '../../src/lab/daemons.ts';
import type { Deployment } from '../../src/lab/deployments/deployment.ts';
import { embedded, embeddedConf } from '../../src/lab/deployments/embedded.ts';
import { planHost } from '../../src/lab/deployments/plan.ts';
import { addGuest, type Guest, insideGuest, neutron } from '../../src/lab/guests.ts';
import { runIn } from '../../src/lab/host.ts';
import { bringUp, hostNamed, type Lab, takeDown } from '../../src/lab/lab.ts';
import { topologies } from '../../src/lab/topologies/index.ts';
import { hostAddress, hostWith } from '../../src/lab/topology.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { eui64Address } from '../../src/net/mac.ts';

/** Two DHCP agents for a network, of two availability zones; agents report every second and are dead after four. */
const twoZones: Deployment = {
  ...embedded,
  name: 'two-zones',
  plan(topology, host) {
    const base = embeddedConf(hostAddress(hostWith(topology, 'control')), 'router');
    const conf = (zone: string) =>
      base.replace(
        '[database]',
        `agent_down_time = 4
dhcp_agents_per_network = 2
network_scheduler_driver = neutron.scheduler.dhcp_agent_scheduler.AZAwareWeightScheduler

[agent]
report_interval = 1
availability_zone = ${zone}

[database]`,
      );
    return planHost(topology, host, { neutronConf: conf('one'), agentNeutronConf: conf('two') });
  },
};

const inGuest = async ({ host, name }: Guest, ...command: string[]): Promise<string> =>
  (await runIn(host, insideGuest(name, command))).stdout;

/** Host names of the network's DHCP agents. */
const dhcpHosts = async (lab: Lab, network: string): Promise<string[]> =>
  (await neutron(lab, 'dhcp-agent-list-hosting-net', network, '-f', 'value', '-c', 'host'))
    .trim()
    .split('\n')
    .sort();

test('two DHCP agents in two zones: one dies, the other serves; IPv6 guests find their way by themselves', async (t) => {
  t.after(() => takeDown('zones'));
  const lab = await bringUp('zones', topologies['two-network-nodes']!, twoZones, () => {});
  await waitFor('both zones', async () => {
    const zones = await neutron(lab, 'availability-zone-list', '-f', 'value', '-c', 'name');
    assert.deepEqual([...new Set(zones.trim().split('\n'))].sort(), ['one', 'two']);
  });

  const hints = ['--availability-zone-hint', 'one', '--availability-zone-hint', 'two'];
  await neutron(lab, 'net-create', 'net', ...hints);
  await neutron(lab, 'subnet-create', 'net', '10.20.0.0/24', '--name', 'v4');
  const slaac = ['--ip-version', '6', '--ipv6-ra-mode', 'slaac', '--ipv6-address-mode', 'slaac'];
  await neutron(lab, 'subnet-create', 'net', 'fd20::/64', '--name', 'v6', ...slaac);
  assert.deepEqual(await dhcpHosts(lab, 'net'), ['controller', 'network2']);
  const shown = JSON.parse(await neutron(lab, 'net-show', 'net', '-f', 'json'));
  assert.match(String(shown.availability_zones), /one[\s\S]*two|two[\s\S]*one/);
  await neutron(lab, 'router-create', 'router');
  await neutron(lab, 'router-interface-add', 'router', 'v4');
  await neutron(lab, 'router-interface-add', 'router', 'v6');

  const guest = await addGuest(lab, { name: 'vm', host: 'compute', network: 'net' });
  const mac = await column(lab, 'mac_address', 'port-show', guest.portId);
  const own = eui64Address('fd20::/64', mac);
  assert.match(
    await neutron(lab, 'port-show', guest.portId),
    new RegExp(`"${own}"`),
    'what Neutron recorded',
  );
  await waitFor('the guest to have that address', async () =>
    assert.match(await inGuest(guest, 'ip', '-6', 'addr', 'show', 'dev', 'eth0'), new RegExp(`${own}/64`)),
  );
  const gateway = await column(lab, 'gateway_ip', 'subnet-show', 'v6');
  await waitFor('an answer of the router', () => inGuest(guest, 'ping', '-c', '1', '-W', '1', gateway));

  await kill9(lab, { host: 'controller', name: 'neutron-dhcp-agent' });
  const controller = hostNamed(lab, 'controller');
  const orphans = processesOn(controller).filter(({ words }) => words[0] === 'dnsmasq');
  await runIn(controller, ['kill', '-9', ...orphans.map(({ pid }) => String(pid))]);
  const second = await addGuest(lab, { name: 'vm2', host: 'compute', network: 'net' });
  assert.match(second.lease, new RegExp(second.address.replaceAll('.', '\\.')));
  await waitFor('the dead agent to lose the network', async () =>
    assert.deepEqual(await dhcpHosts(lab, 'net'), ['network2']),
  );
  assert.equal(await column(lab, 'availability_zones', 'net-show', 'net'), "['two']");
});
