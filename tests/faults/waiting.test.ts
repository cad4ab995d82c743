import assert from 'node:assert/strict';
import { test } from 'node:test';
import { column } from '../../src/lab/cloud.ts';
import { kill9, startAgain } from '../../src/lab/daemons.ts';
import { embedded } from '../../src/lab/deployments/embedded.ts';
import { addGuest, insideGuest, neutron } from '../../src/lab/guests.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab, operatorEnv } from '../../src/lab/lab.ts';
import { withLab } from './support/withLab.ts';

/** Runs `neutron WORDS…`, whose exit status must be 1. */
const failed = (lab: Lab, ...words: string[]) =>
  runIn(hostNamed(lab, 'controller'), ['neutron', ...words], { env: operatorEnv(lab), allowed: [1] });

const onePing = (address: string) => ['ping', '-c', '1', '-W', '1', address];

const L3_AGENT = { host: 'controller', name: 'neutron-l3-agent' };

test('what was waited for works at the first try; without its agent the command says what it waits for', async (t) => {
  await withLab('waiting', embedded, async (lab) => {
    const wait = (...words: string[]) => neutron(lab, ...words, '--wait', '30');
    const outside = hostNamed(lab, 'outside');

    await t.test('a cloud that is waited for step by step', async () => {
      await wait(
        ...['net-create', 'public', '--shared', '--router:external', '--provider:network_type', 'flat'],
        ...['--provider:physical_network', 'public'],
      );
      await wait(
        ...['subnet-create', 'public', '192.168.81.0/24', '--gateway', '192.168.81.254', '--disable-dhcp'],
        ...['--allocation-pool', 'start=192.168.81.100,end=192.168.81.200'],
      );
      await wait('net-create', 'private');
      await wait('subnet-create', 'private', '172.16.1.0/24', '--name', 'private');
      await wait('router-create', 'router');
      await wait('router-interface-add', 'router', 'private');
      await wait('router-gateway-set', 'router', 'public');
    });

    const vm = await addGuest(lab, { name: 'vm', host: 'compute', network: 'private' });
    await wait('port-update', vm.portId, '--name', 'vm');

    await t.test('the machine reaches the Internet', async () => {
      await runIn(vm.host, insideGuest(vm.name, onePing('203.0.113.1')));
    });

    let floating = '';
    await t.test('a rule and a floating IP let the outside in', async () => {
      const group = (await column(lab, 'security_groups', 'port-show', vm.portId)).replace(/[^0-9a-f-]/g, '');
      await wait('security-group-rule-create', '--protocol', 'icmp', group);
      const made = await wait('floatingip-create', 'public', '--port-id', vm.portId, '-f', 'json');
      const { id, floating_ip_address: address } = JSON.parse(made) as Record<string, string>;
      floating = id!;
      await runIn(outside, onePing(address!));
    });

    await t.test('a network that is deleted leaves nothing', async () => {
      await wait('net-create', 'short');
      await wait('subnet-create', 'short', '172.16.2.0/24');
      const namespaces = async () =>
        (await runIn(hostNamed(lab, 'controller'), ['ip', 'netns', 'list'])).stdout;
      const id = await column(lab, 'id', 'net-show', 'short');
      assert.match(await namespaces(), new RegExp(`qdhcp-${id}`));
      await wait('net-delete', 'short');
      assert.doesNotMatch(await namespaces(), new RegExp(`qdhcp-${id}`));
    });

    await t.test('with its agent dead a command says so and fails; once it is back it succeeds', async () => {
      await kill9(lab, L3_AGENT);
      const { stdout, stderr } = await failed(lab, 'floatingip-disassociate', floating, '--wait', '2');
      assert.match(stdout, /^Disassociated floating IP/);
      assert.match(stderr, /Not applied after 2 s\. Missing:\n {2}L3 agent on controller: to apply router /);
      await startAgain(lab, L3_AGENT);
      await wait('floatingip-associate', floating, vm.portId);
      const address = await column(lab, 'floating_ip_address', 'floatingip-show', floating);
      await runIn(outside, onePing(address));
    });
  });
});
