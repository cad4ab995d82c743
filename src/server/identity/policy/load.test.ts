import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { configOf } from '../../../config/load.ts';
import { recordingLog } from '../../../testing/recordingLog.ts';
import { until } from '../../../testing/until.ts';
import { loadPolicy } from './load.ts';

/** A folder with neutron.conf and policy files, and what the policy made of them says. */
async function inFolder(
  files: Readonly<Record<string, string>>,
  use: (tried: {
    readonly folder: string;
    readonly log: ReturnType<typeof recordingLog>;
    load(options?: string): ReturnType<typeof loadPolicy>;
    write(name: string, text: string): void;
  }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'neutron-policy-'));
  const log = recordingLog();
  let writes = 0;
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
    // A time of its own for each write, however coarse the clock of the file system.
    writes += 1;
    utimesSync(join(folder, name), 1_700_000_000 + writes, 1_700_000_000 + writes);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const load = (options = '') =>
    loadPolicy(configOf(`[oslo_policy]\n${options}\n`, [], join(folder, 'neutron.conf')), log);
  try {
    await use({ folder, log, load, write });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const member = { user_id: 'u1', project_id: 'p1', roles: ['member', 'a'], is_admin: false };

/** Whether a member of the role `a` may do it. */
const verdictOf = async (source: Awaited<ReturnType<typeof loadPolicy>>, rule = 'create_network') =>
  (await source.current()).bind(rule, member);

test('policy.yaml stands beside neutron.conf; directories count more, their files in alphabetical order', () =>
  inFolder(
    {
      'policy.yaml': 'create_network: "role:none"\ncreate_router: role:a\ndelete_router: "!"\n',
      'policy.d/20-b.yaml': 'create_network: role:a\n',
      'policy.d/10-a.yaml': 'create_network: "!"\ndelete_router: role:a\n',
      'policy.d/.hidden.yaml': 'create_router: "!"\n',
      'policy.d/below/z.yaml': 'create_router: "!"\n',
    },
    async ({ load }) => {
      const source = await load();
      for (const rule of ['create_network', 'create_router', 'delete_router']) {
        assert.equal(await verdictOf(source, rule), true, rule);
      }
    },
  ));

test('an older policy.json is read where no option names a file, with its older lists', () =>
  inFolder({ 'policy.json': '{\n\t"create_network": [["role:a"]]\n}\n' }, async ({ load, write }) => {
    assert.equal(await verdictOf(await load()), true);
    assert.equal(
      typeof (await verdictOf(await load('policy_file = policy.yaml'), 'update_network')),
      'function',
    );
    write('policy.yaml', 'create_network: "!"\n');
    assert.equal(await verdictOf(await load()), false);
    assert.equal(await verdictOf(await load('policy_file = policy.json')), true);
  }));

test('a changed, a new and a removed file count from the next request on', () =>
  inFolder({ 'policy.yaml': 'create_network: "!"\n' }, async ({ folder, load, write, log }) => {
    const source = await load();
    const becomes = (verdict: boolean) =>
      until(`the verdict is ${verdict}`, async () => (await verdictOf(source)) === verdict);
    assert.equal(await verdictOf(source), false);
    write('policy.yaml', 'create_network: role:a\n');
    await becomes(true);
    write('policy.d/late.yaml', 'create_network: "!"\n');
    await becomes(false);
    rmSync(join(folder, 'policy.d'), { recursive: true });
    await becomes(true);
    assert.match(log.lines('info').join('\n'), /have changed and are in force/);
  }));

test('a file that has become faulty is logged, and the rules before stay', () =>
  inFolder({ 'policy.yaml': 'create_network: "!"\n' }, async ({ folder, load, write, log }) => {
    const source = await load();
    write('policy.yaml', '# a remark\ncreate_network: role:a and\n');
    await until('the fault is logged', async () => {
      await source.current();
      return log.lines('error').length > 0;
    });
    assert.equal(await verdictOf(source), false);
    await sleep(30);
    assert.equal(await verdictOf(source), false);
    assert.deepEqual(log.lines('error'), [
      `The policy stays as it was: ${folder}/policy.yaml:2: rule 'create_network': policy rule 'role:a and' ends too early`,
    ]);
  }));

const faulty: readonly [Record<string, string>, string][] = [
  [
    { 'policy.yaml': 'a: "@"\ncreate_network: tenant_id:x\n' },
    "/policy.yaml:2: rule 'create_network': 'tenant_id:x' is not of the form tenant_id:%(<name>)s",
  ],
  [{ 'policy.yaml': 'a: "!"\nb: @\n' }, '/policy.yaml:2: this is neither YAML nor JSON: '],
  [{ 'policy.yaml': '- a\n' }, '/policy.yaml: a policy file is a mapping of rule names to rules'],
  [{ 'policy.d': '' }, '/policy.d: it is not a directory'],
  [
    { 'policy.yaml': 'shared: rule:external\n', 'policy.d/x': 'external: rule:shared\n' },
    "/policy.yaml:1: rule 'shared': these rules refer to each other: shared → external → shared",
  ],
];

for (const [files, reason] of faulty) {
  test(`the server does not start: ${reason}`, () =>
    inFolder(files, async ({ folder, load }) => {
      await assert.rejects(load(), (error: Error) => {
        assert.equal(error.message.slice(0, folder.length + reason.length), folder + reason);
        return true;
      });
    }));
}

test('names that decide nothing are warned of, with the nearest right one; those with a use are not', () =>
  inFolder(
    {
      'policy.yaml': [
        'crate_network: "!"',
        'operators: role:operator',
        'create_network:mtu: rule:operators or rule:admin_onli',
        'get_subnet:allocation_pools: rule:admin_only',
        'delete_port: http://policy.example/',
        'get_agent: rule:admin_only',
        '',
      ].join('\n'),
    },
    async ({ folder, load, log }) => {
      await load();
      const at = (line: number) => `${folder}/policy.yaml:${line}: `;
      assert.deepEqual(log.lines('warning'), [
        `${at(1)}There is no rule 'crate_network' and no other rule refers to it. Did you mean 'create_network'?`,
        `${at(3)}Rule 'create_network:mtu' refers to 'admin_onli', which does not exist: 'default' decides. Did you mean 'admin_only'?`,
        `${at(5)}Rule 'delete_port' asks another server (http://policy.example/), which is not done here: the check denies.`,
      ]);
      assert.deepEqual(log.lines('info'), [`${at(6)}Rule 'get_agent' is the default one; the line can go.`]);
    },
  ));
