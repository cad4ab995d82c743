import '../throwAwayHost.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ensureNamespace } from '../netns.ts';
import { run } from '../process.ts';
import { comment, frame, IptablesManager, wrapName } from './index.ts';
import { readSave } from './rules.ts';

const wrap = wrapName('neutron-l3-agent');

const rules = (port: number) =>
  frame(wrap, 4, {
    filter: { INPUT: [`-p tcp -m tcp --dport ${port} -j DROP`], scope: [`${comment('a (b)')} -j RETURN`] },
    nat: {
      PREROUTING: ['-d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 9697'],
    },
    mangle: {},
    raw: {},
  });

async function apply(manager: IptablesManager, wanted: Parameters<typeof manager.write>[0]) {
  const changed = await manager.write(wanted);
  manager.readBack();
  return changed;
}

const save = async (netns: string) => readSave((await run(['iptables-save'], { netns })).stdout);

test('a namespace gets the frame that Python Neutron gives it, and a second apply writes nothing', async () => {
  await ensureNamespace('frame');
  const manager = new IptablesManager({ wrap, family: 4, netns: 'frame' });
  assert.deepEqual(await apply(manager, rules(9697)), ['filter', 'nat', 'mangle', 'raw']);
  const tables = await save('frame');
  assert.deepEqual(tables.get('filter')?.get('FORWARD'), [
    '-j neutron-filter-top',
    '-j neutron-l3-agent-FORWARD',
  ]);
  assert.deepEqual(tables.get('filter')?.get('neutron-filter-top'), ['-j neutron-l3-agent-local']);
  assert.deepEqual(tables.get('nat')?.get('POSTROUTING'), [
    '-j neutron-l3-agent-POSTROUTING',
    '-j neutron-postrouting-bottom',
  ]);
  assert.deepEqual(tables.get('nat')?.get('neutron-l3-agent-snat'), ['-j neutron-l3-agent-float-snat']);
  assert.deepEqual(await apply(manager, rules(9697)), []);
  assert.deepEqual(await apply(new IptablesManager({ wrap, family: 4, netns: 'frame' }), rules(9697)), []);
});

test('only tables that differ are written; foreign rules and chains stay', async () => {
  await ensureNamespace('foreign');
  const netns = 'foreign';
  await run(['iptables-restore', '-n'], {
    netns,
    input: '*filter\n:mine - [0:0]\n-A INPUT -j mine\n-A mine -s 10.9.9.9/32 -j DROP\nCOMMIT\n',
  });
  const manager = new IptablesManager({ wrap, family: 4, netns });
  await apply(manager, rules(1));
  assert.deepEqual(await apply(manager, rules(2)), ['filter']);
  const filter = (await save(netns)).get('filter');
  assert.deepEqual(filter?.get('INPUT'), ['-j neutron-l3-agent-INPUT', '-j mine']);
  assert.deepEqual(filter?.get('mine'), ['-s 10.9.9.9/32 -j DROP']);
  assert.deepEqual(filter?.get('neutron-l3-agent-INPUT'), ['-p tcp -m tcp --dport 2 -j DROP']);
});

test('a chain that was empty gets its rules', async () => {
  const netns = 'filled';
  await ensureNamespace(netns);
  const manager = new IptablesManager({ wrap, family: 4, netns });
  await apply(manager, frame(wrap, 4, { filter: {} }));
  assert.deepEqual(await apply(manager, rules(1)), ['filter', 'nat', 'mangle', 'raw']);
  assert.equal((await save(netns)).get('filter')?.get('neutron-l3-agent-INPUT')?.length, 1);
});

test('stale chains of ours go, a damaged hook is repaired, doubled hooks become one', async () => {
  const netns = 'stale';
  await ensureNamespace(netns);
  const manager = new IptablesManager({ wrap, family: 4, netns });
  await apply(
    manager,
    frame(wrap, 4, { filter: { old: ['-j RETURN'], FORWARD: [`-j ${wrap}-old`] }, nat: {} }),
  );
  await run(['iptables-restore', '-n'], {
    netns,
    input: `*filter\n-D INPUT -j ${wrap}-INPUT\n-A FORWARD -j ${wrap}-FORWARD\nCOMMIT\n*nat\n-A POSTROUTING -s 1.2.3.4/32 -j ACCEPT\nCOMMIT\n`,
  });
  assert.deepEqual(await apply(manager, frame(wrap, 4, { filter: {}, nat: {} })), ['filter', 'nat']);
  const tables = await save(netns);
  assert.equal(tables.get('filter')?.has(`${wrap}-old`), false);
  assert.deepEqual(tables.get('filter')?.get('INPUT'), [`-j ${wrap}-INPUT`]);
  assert.deepEqual(tables.get('filter')?.get('FORWARD'), ['-j neutron-filter-top', `-j ${wrap}-FORWARD`]);
  assert.equal(tables.get('nat')?.get('POSTROUTING')?.at(-1), '-j neutron-postrouting-bottom');
});

test('a chain is edited rule by rule, and its counters stay', async () => {
  const netns = 'edited';
  await ensureNamespace(netns);
  const manager = new IptablesManager({ wrap, family: 4, netns });
  const scope = (...addresses: string[]) => addresses.map((address) => `-s ${address}/32 -j RETURN`);
  const give = (...addresses: string[]) =>
    apply(manager, frame(wrap, 4, { filter: { scope: scope(...addresses) } }));
  await give('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4');
  await run(['iptables-restore', '-n', '-c'], {
    netns,
    input: `*filter\n[7:9] -A ${wrap}-scope -s 10.0.0.5/32 -j RETURN\nCOMMIT\n`,
  });
  await give('10.0.0.9', '10.0.0.1', '10.0.0.3', '10.0.0.8', '10.0.0.4', '10.0.0.5', '10.0.0.7');
  const { stdout } = await run(['iptables-save', '-c', '-t', 'filter'], { netns });
  const lines = stdout.split('\n').filter((line) => line.includes(`-A ${wrap}-scope`));
  assert.deepEqual(
    lines.map((line) => [/\.(\d)\/32/.exec(line)?.[1], line.startsWith('[7:9]')]),
    [...'9138457'].map((last) => [last, last === '5']),
  );
});

test('a rule that iptables-save words otherwise is written once', async () => {
  const netns = 'wording';
  await ensureNamespace(netns);
  const manager = new IptablesManager({ wrap, family: 4, netns });
  const tables = frame(wrap, 4, { filter: { scope: ['-p 112 -j RETURN'] } });
  assert.deepEqual(await apply(manager, tables), ['filter']);
  assert.deepEqual(await apply(manager, tables), []);
});

test('a refused rule names itself and leaves the table as it was', async () => {
  const netns = 'refused';
  await ensureNamespace(netns);
  const manager = new IptablesManager({ wrap, family: 4, netns });
  await apply(manager, frame(wrap, 4, { filter: {} }));
  const before = await save(netns);
  await assert.rejects(
    apply(manager, frame(wrap, 4, { filter: { scope: ['-p tcp -m nosuchmatch -j RETURN'] } })),
    /nosuchmatch/,
  );
  assert.deepEqual((await save(netns)).get('filter'), before.get('filter'));
});

test('IPv6 tables carry the frame of Neutron: no mark chain, PREROUTING alone in nat', async () => {
  const netns = 'six';
  await ensureNamespace(netns);
  await apply(
    new IptablesManager({ wrap, family: 6, netns }),
    frame(wrap, 6, { mangle: {}, nat: {}, filter: {} }),
  );
  const tables = readSave((await run(['ip6tables-save'], { netns })).stdout);
  assert.equal(tables.get('mangle')?.has(`${wrap}-mark`), false);
  assert.deepEqual(tables.get('nat')?.get('POSTROUTING'), []);
  assert.deepEqual(tables.get('filter')?.get('neutron-filter-top'), [`-j ${wrap}-local`]);
});

test('an optional rule that this host refuses is left out, told of once, and the others are in force', async () => {
  const netns = 'optional';
  await ensureNamespace(netns);
  const told: string[] = [];
  const optional = {
    mayOmit: (_: string, rule: string) => rule.endsWith('-j RETURN'),
    refused: (chain: string, rule: string) => void told.push(`${chain} ${rule}`),
  };
  const manager = new IptablesManager({ wrap, family: 4, netns, optional });
  const bad = '-p tcp -m nosuchmatch -j RETURN';
  const tables = frame(wrap, 4, { filter: { scope: ['-p tcp -j RETURN', bad, '-j DROP'] } });
  assert.deepEqual(await apply(manager, tables), ['filter']);
  assert.deepEqual(await apply(manager, tables), []);
  assert.deepEqual(told, [`${wrap}-scope ${bad}`]);
  assert.deepEqual((await save(netns)).get('filter')?.get(`${wrap}-scope`), ['-p tcp -j RETURN', '-j DROP']);
});
