import './throwAwayHost.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ebtables } from './ebtables.ts';
import {
  type IpSet,
  ipsetMember,
  ipsetName,
  listIpsets,
  planDestroy,
  planIpsets,
  restoreIpsets,
} from './ipset.ts';
import { run } from './process.ts';
import { SavedRules } from './savedRules.ts';

const group = '0ff2a3c5-33cd-4c3a-a2ee-19cc9607c066';

const reach = async (...sets: IpSet[]) => {
  const lines = planIpsets(sets, await listIpsets());
  await restoreIpsets(lines);
  return lines;
};

test('a set is named as Neutron names it and holds exactly the wanted members', async () => {
  const name = ipsetName(group, 'IPv4');
  assert.equal(name, 'NIPv40ff2a3c5-33cd-4c3a-a2ee-');
  const set = (members: string[]): IpSet => ({ name, family: 'inet', members });
  await reach(set(['172.16.1.91', '172.16.1.26', '10.0.0.0/8']));
  assert.deepEqual(await reach(set(['10.0.0.0/8', '172.16.1.26', '172.16.1.91'])), []);
  assert.deepEqual((await reach(set(['172.16.1.26', '172.16.1.27']))).toSorted(), [
    `add ${name} 172.16.1.27`,
    `del ${name} 10.0.0.0/8`,
    `del ${name} 172.16.1.91`,
  ]);
  const many = Array.from({ length: 1000 }, (_, at) => `10.1.${at >> 8}.${at & 255}`);
  const lines = await reach(set(many));
  assert.ok(lines.includes(`swap ${name}-n ${name}`));
  assert.deepEqual([...(await listIpsets()).keys()], [name]);
  assert.deepEqual(new Set((await listIpsets()).get(name)?.members), new Set(many));
  await restoreIpsets(planDestroy(new Set(), (await listIpsets()).keys()));
  assert.equal((await listIpsets()).size, 0);
});

test('an IPv6 set, and prefixes of length 0', async () => {
  const name = ipsetName(group, 'IPv6');
  const members = [...ipsetMember('::/0'), ...ipsetMember('fd00::1/128')];
  await reach({ name, family: 'inet6', members });
  assert.deepEqual(await reach({ name, family: 'inet6', members }), []);
  assert.deepEqual(ipsetMember('0.0.0.0/0'), ['0.0.0.0/1', '128.0.0.0/1']);
  assert.deepEqual(ipsetMember('10.0.0.1/32'), ['10.0.0.1']);
});

const spoof = (tap: string, ...macs: string[]) => ({
  chains: new Map([
    [`neutronMAC-${tap}`, [`-i ${tap} --among-src ${macs.join(',')} -j RETURN`, '-j DROP']],
    [`neutronARP-${tap}`, ['-p ARP --arp-ip-src 172.16.1.26 -j ACCEPT', '-j DROP']],
  ]),
  jumps: [`-i ${tap} -j neutronMAC-${tap}`, `-p ARP -i ${tap} -j neutronARP-${tap}`],
});

test('spoofing chains are written, adopted, changed and removed, where --among-src cannot be deleted', async () => {
  const ebtables = new Ebtables();
  await run(['ebtables', '-t', 'nat', '-A', 'PREROUTING', '-i', 'other', '-j', 'ACCEPT']);
  assert.equal(await ebtables.apply(spoof('tapa', 'fa:16:3e:0a:8c:4c')), true);
  assert.equal(await ebtables.apply(spoof('tapa', 'fa:16:3e:0a:8c:4c')), false);
  assert.equal(await ebtables.apply(spoof('tapa', 'fa:16:3e:0a:8c:4c', 'fa:16:3e:00:00:01')), true);
  assert.equal(await ebtables.apply(spoof('tapa', 'fa:16:3e:00:00:01', 'fa:16:3e:0a:8c:4c')), false);
  assert.equal(await ebtables.apply({ chains: new Map(), jumps: [] }), true);
  const { stdout } = await run(['ebtables-save']);
  assert.deepEqual(
    stdout.split('\n').filter((line) => line.startsWith('-A')),
    ['-A PREROUTING -i other -j ACCEPT'],
  );
});

test('what was written is known without being read, and is what a newcomer reads', async () => {
  const ebtables = new Ebtables();
  const steps = [
    spoof('tapa', 'fa:16:3e:0a:8c:4c'),
    {
      chains: new Map([
        ...spoof('tapa', 'fa:16:3e:0a:8c:4d').chains,
        ...spoof('tapb', 'fa:16:3e:00:00:02').chains,
      ]),
      jumps: [...spoof('tapa').jumps, ...spoof('tapb').jumps],
    },
    spoof('tapb', 'fa:16:3e:00:00:02'),
    { chains: new Map(), jumps: [] },
  ];
  for (const wanted of steps) {
    assert.equal(await ebtables.apply(wanted), true);
    await SavedRules.settle([ebtables.saved]);
    assert.deepEqual(await ebtables.compare(wanted), []);
    assert.deepEqual(await new Ebtables().compare(wanted), []);
    const [known, read] = await Promise.all([ebtables.saved.current(), new Ebtables().saved.current()]);
    assert.deepEqual(known, read);
  }
});

test('hundreds of members come at once, and what ipset alone has words for is said in them', async () => {
  const name = ipsetName(group, 'IPv4');
  await reach({ name, family: 'inet', members: [] });
  const many = Array.from({ length: 900 }, (_, at) => `10.2.${at >> 8}.${at & 255}`);
  await restoreIpsets(many.map((member) => `add ${name} ${member}`));
  assert.equal((await listIpsets()).get(name)?.members.length, 900);
  await run(['ipset', 'create', 'small', 'hash:net', 'maxelem', '1']);
  await assert.rejects(restoreIpsets(['add small 10.0.0.1', 'add small 10.0.0.2']), /Hash is full/);
  await assert.rejects(restoreIpsets(['add absent 10.0.0.1']), /ipset add absent 10\.0\.0\.1: /);
});
