import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { defaultPolicies } from '../../../../resources/policies/index.ts';
import { policyCommand } from './command.ts';

let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'neutron-policy-'));
  writeFileSync(join(folder, 'plain.conf'), '[oslo_policy]\npolicy_file = plain.yaml\npolicy_dirs = none\n');
  writeFileSync(
    join(folder, 'plain.yaml'),
    '\n"create_network:shared": "role:operator or rule:admin_only"\n',
  );
  writeFileSync(
    join(folder, 'strict.conf'),
    '[oslo_policy]\npolicy_file = none.yaml\nenforce_scope = True\nenforce_new_defaults = True\n',
  );
  writeFileSync(join(folder, 'faulty.conf'), '[oslo_policy]\npolicy_file = faulty.yaml\n');
  writeFileSync(join(folder, 'faulty.yaml'), 'create_network: role\n');
});

after(() => rmSync(folder, { recursive: true }));

async function run(words: string, config = 'plain') {
  const lines = { out: [] as string[], err: [] as string[] };
  const argv = [...words.split(' '), '--config-file', join(folder, `${config}.conf`)];
  const status = await policyCommand(argv, {
    out: (line) => lines.out.push(...line.split('\n')),
    err: (line) => lines.err.push(...line.split('\n')),
  });
  return { status, ...lines };
}

const member = '--role member --role reader --project p1 --user u1';

test('a rule of a file decides, and its line is named', async () => {
  const { status, out } = await run(`check create_network:shared ${member}`);
  assert.equal(status, 1);
  assert.deepEqual(out.slice(0, 6), [
    'DENIED: create_network:shared',
    `decided by rule 'create_network:shared' [${folder}/plain.yaml:2]: it does not let this caller pass`,
    'the API: 403 Forbidden',
    'caller: user u1 of project p1, roles member, reader',
    'object: tenant_id=p1 project_id=p1',
    '',
  ]);
  assert.deepEqual(out.slice(-6), [
    `no   create_network:shared  [${folder}/plain.yaml:2]`,
    'no     any of',
    "no       role:operator  (the caller's roles: member, reader)",
    'no       rule:admin_only  [default]',
    'no         rule:context_is_admin  [default]',
    "no           role:admin  (the caller's roles: member, reader)",
  ]);
  assert.equal((await run(`check create_network:shared --role operator --project p1`)).status, 0);
});

/** command line, its first lines or a part of each */
const cases: readonly [string, string, readonly [string, ...string[]]][] = [
  [
    `check update_network ${member}`,
    'plain',
    ['ALLOWED', "decided by rule 'update_network' [default]: it lets this caller pass", 'is carried out'],
  ],
  [
    'check update_network --role other --project p1',
    'plain',
    ['ALLOWED', "decided by rule 'update_network' [deprecated default]: it lets", 'is carried out'],
  ],
  [
    'check delete_network --role other --project p1',
    'strict',
    [
      'DENIED',
      "decided by rule 'delete_network' [default]: it does not let",
      '404 Not Found, as get_network',
    ],
  ],
  [
    `check delete_network ${member} --target project_id=p2 --target shared=true`,
    'plain',
    ['DENIED', "decided by rule 'delete_network': it does not", 'the API: 403 Forbidden'],
  ],
  [
    `check get_network ${member} --target tenant_id=p2`,
    'plain',
    ['DENIED', 'get_network', '404 Not Found; lists'],
  ],
  [
    `check get_network:provider:network_type ${member}`,
    'plain',
    ['DENIED', 'get_network:provider', 'the API: the attribute is left out'],
  ],
  [
    'check delete_network --role admin --project p1 --target project_id=p2',
    'plain',
    ['ALLOWED', "rule 'context_is_admin' [default]: administrators pass without being asked", 'carried out'],
  ],
  [
    'check create_network --role admin --system --target project_id=p2',
    'strict',
    [
      'DENIED',
      'decided by [oslo_policy] enforce_scope: a token of a project is needed, this one is of the system',
      'the API: 403 Forbidden',
      'caller: somebody of the whole system, roles admin; an administrator',
    ],
  ],
  [
    `check update_port:fixed_ips:ip_address ${member} --target network:project_id=p1 --target project_id=p1`,
    'plain',
    [
      'ALLOWED',
      "rule 'update_port:fixed_ips:ip_address' [default]: the last of those needed, all of which let pass",
    ],
  ],
];

for (const [words, config, expected] of cases) {
  test(`neutron-policy ${words} (${config}): ${expected[0]}`, async () => {
    const { status, out, err } = await run(words, config);
    for (const [index, part] of expected.entries()) assert(out[index]?.includes(part), `${out[index]}`);
    assert.equal(status, expected[0] === 'ALLOWED' ? 0 : 1);
    assert.deepEqual(err, []);
  });
}

test('--json says the same to programs, and a target may be JSON', async () => {
  const { out } = await run(
    `check get_port --json ${member} --target-json {"tenant_id":"p2","network:tenant_id":"p1"}`,
  );
  const { allowed, decided_by, target, rules } = JSON.parse(out.join('\n'));
  assert.equal(allowed, true);
  assert.deepEqual(decided_by.origin, 'deprecated default');
  assert.equal(target.project_id, 'p2');
  assert.deepEqual([rules[0].text, rules[0].parts.length], ['get_port', 2]);
});

test('list is a policy file itself, every rule with where it comes from', async () => {
  const { status, out } = await run('list');
  assert.equal(status, 0);
  assert.deepEqual(Object.keys(parse(out.join('\n'))), Object.keys(defaultPolicies).sort());
  assert(
    out.includes(`"create_network:shared": "(role:operator or rule:admin_only)"  # ${folder}/plain.yaml:2`),
  );
  assert(out.includes('"regular_user": ""  # default'));
  assert.deepEqual((await run('list get_quota')).out, ['"get_quota": "rule:admin_only"  # default']);
  const both = (await run('list update_router:external_gateway_info:network_id')).out[0]!;
  assert(both.endsWith('  # default or deprecated default'), both);
});

test('a misspelt action is warned of; what cannot be told has status 2', async () => {
  const misspelt = await run(`check craete_network ${member}`);
  assert.deepEqual(misspelt.err, [
    "warning: there is no rule 'craete_network'. Did you mean 'create_network'?",
  ]);
  const rows: readonly [string, string, RegExp][] = [
    ['check', 'plain', /which ACTION/],
    ['chek get_network', 'plain', /'chek' is neither check nor list/],
    ['check get_network --target x', 'plain', /KEY=VALUE is expected/],
    ['check get_network --target-json [1]', 'plain', /an object is expected/],
    ['check get_network', 'faulty', /faulty\.yaml:1: rule 'create_network': .* not of the form kind:match/],
  ];
  for (const [words, config, reason] of rows) {
    const { status, err } = await run(words, config);
    assert.equal(status, 2, words);
    assert.match(err.join('\n'), reason);
  }
});
