import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { addFloatingIp, buildCloud, column } from '../../src/lab/cloud.ts';
import { processesOn } from '../../src/lab/daemons.ts';
import { full } from '../../src/lab/deployments/full.ts';
import { addGuest, neutron } from '../../src/lab/guests.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { startRabbitmq } from '../../src/lab/services/rabbitmq.ts';
import { pingFromGuest, pingFromHost } from '../../src/lab/traffic/pings.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { withLab } from './support/withLab.ts';

const skip = existsSync('/usr/lib/rabbitmq/bin/rabbitmq-server')
  ? false
  : 'needs the package rabbitmq-server';

/** Kills the broker's process with -9 and waits until it is gone. */
async function killBroker(lab: Lab): Promise<void> {
  const controller = hostNamed(lab, 'controller');
  const broker = () => processesOn(controller).find(({ words }) => words[0]!.endsWith('/beam.smp'));
  await runIn(controller, ['kill', '-9', String(broker()!.pid)]);
  while (broker()) await sleep(20);
}

const succeeds = (lab: Lab, host: string, script: string) =>
  runIn(hostNamed(lab, host), ['sh', '-c', script]).then(() => undefined);

test('RabbitMQ killed with -9 and started again: changes made meanwhile reach the data plane', {
  skip,
}, async (t) => {
  await withLab('broker', full, async (lab) => {
    const cloud = await buildCloud(lab);
    const group = (await column(lab, 'security_groups', 'port-show', cloud.vm1.portId)).replace(
      /[^0-9a-f-]/g,
      '',
    );
    const ingress = ['security-group-rule-create', '--direction', 'ingress', '--protocol', 'tcp'];
    const ssh = ['--port-range-min', '22', '--port-range-max', '22'];
    const oldRule = await column(lab, 'id', ...ingress, ...ssh, group);
    await neutron(lab, 'net-create', 'old');
    await neutron(lab, 'subnet-create', 'old', '172.16.8.0/24', '--name', 'old');
    const oldNamespace = `qdhcp-${await column(lab, 'id', 'net-show', 'old')}`;
    const hasDhcp = (namespace: string) =>
      succeeds(lab, 'controller', `ip netns pids ${namespace} | grep -q .`);
    await waitFor('DHCP on the old network', () => hasDhcp(oldNamespace));
    const chain = `iptables-save -t filter | grep -e '^-A neutron-linuxbri-i${cloud.vm1.portId.slice(0, 10)} '`;
    await waitFor('the old rule', () => succeeds(lab, 'compute', `${chain} | grep -q -e '--dport 22 '`));

    const pings = [
      pingFromGuest(cloud.vm1, cloud.vm2.address),
      pingFromGuest(cloud.vm2, '203.0.113.1'),
      pingFromHost(hostNamed(lab, 'outside'), cloud.floatingAddress),
    ];
    await killBroker(lab);

    await neutron(lab, 'security-group-rule-delete', oldRule);
    await neutron(lab, ...ingress, '--port-range-min', '2222', '--port-range-max', '2222', group);
    await neutron(lab, 'net-delete', 'old');
    await neutron(lab, 'net-create', 'new');
    await neutron(lab, 'subnet-create', 'new', '172.16.9.0/24', '--name', 'new');
    const newNamespace = `qdhcp-${await column(lab, 'id', 'net-show', 'new')}`;
    await neutron(lab, 'router-interface-add', 'router', 'new');
    const mac = await column(lab, 'mac_address', 'port-create', 'private', '--name', 'reserved');
    const floating = ['floatingip-create', 'public', '--port-id', cloud.vm2.portId];
    const address = await column(lab, 'floating_ip_address', ...floating);

    await startRabbitmq(hostNamed(lab, 'controller'));

    const expected: Readonly<Record<string, () => Promise<void>>> = {
      'the deleted rule is gone': () => succeeds(lab, 'compute', `! ${chain} | grep -q -e '--dport 22 '`),
      'the new rule is there': () => succeeds(lab, 'compute', `${chain} | grep -q -e '--dport 2222 '`),
      'the deleted network has no namespace': () =>
        succeeds(lab, 'controller', `! ip netns list | grep -q ${oldNamespace}`),
      'the new network has DHCP': () => hasDhcp(newNamespace),
      "the new port is in dnsmasq's hosts": () =>
        succeeds(lab, 'controller', `grep -q -i ${mac} /var/lib/neutron/dhcp/*/host`),
      'the router has its new interface': () =>
        succeeds(
          lab,
          'controller',
          `ip netns exec $(ip netns list | grep -o 'qrouter-[^ ]*') ip -4 -o address | grep -q 172.16.9.1/24`,
        ),
      'the new floating IP answers': () => succeeds(lab, 'outside', `ping -c 1 -W 1 ${address}`),
    };
    for (const [what, check] of Object.entries(expected)) await t.test(what, () => waitFor(what, check));

    await t.test('and everything goes on as before', async () => {
      await waitFor('five agents :-)', async () =>
        assert.equal((await neutron(lab, 'agent-list')).split(':-)').length - 1, 5),
      );
      // It tells that the Linux bridge agent beside dnsmasq has found the broker again, which nothing before waits for.
      await waitFor("dnsmasq's ports are wired", async () => {
        const ports = ['port-list', '--device_owner', 'network:dhcp', '-f', 'value', '-c', 'status'];
        const states = (await neutron(lab, ...ports)).trim().split('\n');
        assert.deepEqual(new Set(states), new Set(['ACTIVE']));
      });
      const guest = await addGuest(lab, { name: 'later', host: 'compute', network: 'new' });
      assert.match(guest.lease, /^address=172\.16\.9\./);
      await addFloatingIp(lab, guest);
    });

    for (const result of await Promise.all(pings.map((ping) => ping.stop()))) {
      t.diagnostic(`${result.what}: ${result.sent} sent`);
      assert.deepEqual(result.lost, [], `${result.what}, ${result.sent} sent`);
    }
  });
});
