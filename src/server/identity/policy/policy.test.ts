import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPolicies } from '../../../resources/policies/index.ts';
import type { Bound, Credentials } from './bind.ts';
import { createPolicy, type Policy, type PolicySettings } from './index.ts';
import { parseRule } from './parse.ts';
import type { Target } from './template.ts';

const credentials = (project_id: string, ...roles: string[]): Credentials => ({
  user_id: 'u1',
  project_id,
  roles,
  is_admin: roles.includes('admin'),
});
const admin = { ...credentials('p0', 'Admin'), is_admin: false };
const member = credentials('p1', 'member');

const decide = (bound: Bound, target: Target): boolean =>
  typeof bound === 'boolean' ? bound : bound(target);

/** rule, who, target, verdict */
const cases: readonly [string, Credentials, Target, boolean][] = [
  ['', member, {}, true],
  ['@', member, {}, true],
  ['!', admin, {}, false],
  ['role:admin', admin, {}, true],
  ['role:ADMIN', member, {}, false],
  ['not role:admin', member, {}, true],
  ['role:admin or role:member', member, {}, true],
  ['role:admin or role:member and !', member, {}, false],
  ['(role:admin or role:member) and @', member, {}, true],
  ['((role:member))', member, {}, true],
  ['tenant_id:%(tenant_id)s', member, { tenant_id: 'p1' }, true],
  ['tenant_id:%(tenant_id)s', member, { tenant_id: 'p2' }, false],
  ['tenant_id:%(network:tenant_id)s', member, { 'network:tenant_id': 'p1' }, true],
  ['tenant_id:%(network:tenant_id)s', member, {}, false],
  // What the target lacks denies the whole rule around, also under a `not` and before an `or`.
  ['not tenant_id:%(network:tenant_id)s', member, {}, false],
  ['tenant_id:%(network:tenant_id)s or role:member', member, {}, false],
  ['role:member or tenant_id:%(network:tenant_id)s', member, {}, true],
  ['not rule:network_owner', member, {}, true],
  ['(project_id:%(project_id)s)', member, { project_id: 'p1' }, true],
  ['user_id:u1', member, {}, true],
  ['is_admin:True', { ...member, is_admin: true }, {}, true],
  ['is_admin:True', member, {}, false],
  ["'shared':%(kind)s", member, { kind: 'shared' }, true],
  ["'Member':%(role.name)s", member, { 'role.name': 'Member' }, true],
  ["'Member':%(role.name)s", member, { role: { name: 'Member' } }, false],
  ['None:%(project_id)s', member, { project_id: null }, true],
  ['42:%(mtu)s', member, { mtu: 42 }, true],
  ['user.name:%(who)s', { ...member, user: { name: 'ann' } }, { who: 'ann' }, true],
  [
    'user.groups.id:%(group)s',
    { ...member, user: { groups: [{ id: 'a' }, { id: 'b' }] } },
    { group: 'b' },
    true,
  ],
  ['roles:%(wanted)s', member, { wanted: 'member' }, true],
  ['role:%(wanted)s', member, { wanted: 'MEMBER' }, true],
  ['role:%(wanted)s', member, {}, false],
  ["'50%%':%(share)s", member, { share: '50%%' }, true],
  ['not not role:member', member, {}, true],
  ['NOT role:admin AND role:member', member, {}, true],
  ['http://policy.example/check', admin, {}, false],
  ['not http://policy.example/check', admin, {}, false],
  ['not https://policy.example/check or role:admin', admin, {}, true],
  ['True:%(shared)s', member, { shared: true }, true],
  ['nothing:%(shared)s', member, { shared: true }, false],
  ['field:networks:shared=True', member, { shared: true }, true],
  ['field:networks:shared=True', member, { 'network:shared': true }, true],
  ['field:networks:router:external=True', member, { 'router:external': false }, false],
  ['field:networks:router:external=True', member, { 'network:router:external': true }, false],
  ['field:networks:mtu=1450', member, { mtu: 1450 }, true],
  ['field:networks:shared=True', member, { shared: null, 'network:shared': true }, false],
  ['field:port:device_owner=~^network:', member, { device_owner: 'network:dhcp' }, true],
  ['not field:port:device_owner=~^network:', member, { device_owner: 'compute:nova' }, true],
  ['rule:admin_or_owner', member, { tenant_id: 'p1' }, true],
  ['rule:no_such_rule', member, { tenant_id: 'p2' }, false],
];

/** A policy whose file holds these rules, a line each. */
function policyOf(rules: Readonly<Record<string, unknown>>, settings: PolicySettings = {}): Policy {
  const given = Object.entries(rules).map(([name, rule], index) => ({
    name,
    rule,
    origin: { file: 'policy.yaml', line: index + 1 },
  }));
  return createPolicy({ ...settings, given });
}

for (const [rule, who, target, verdict] of cases) {
  test(`'${rule}' for ${who.roles} and ${JSON.stringify(target)} is ${verdict}`, () => {
    // Only new defaults, so that administrators are asked, too.
    const policy = policyOf({ tried: rule }, { newDefaultsOnly: true });
    assert.equal(decide(policy.bind('tried', who), target), verdict);
  });
}

test('lists are the older form of rules: the outer one by or, the inner ones by and', () => {
  const rows: readonly [unknown, boolean][] = [
    [[], true],
    [null, true],
    ['', true],
    [[[]], false],
    [['role:admin', 'role:member'], true],
    [[['role:admin', 'role:member']], false],
    [[['role:member', 'user_id:u1'], ['!']], true],
  ];
  for (const [rule, verdict] of rows) {
    assert.equal(decide(policyOf({ tried: rule }).bind('tried', member), {}), verdict, JSON.stringify(rule));
  }
});

test('every default rule parses, and an administrator may do everything', () => {
  const policy = createPolicy();
  for (const name of Object.keys(defaultPolicies)) {
    policy.bind(name, member);
    assert.equal(policy.bind(name, credentials('p0', 'admin')), true, name);
  }
  for (const name of ['create_network:shared', 'get_port:binding:host_id', 'delete_agent', 'update_quota']) {
    assert.equal(policy.bind(name, member), false, name);
  }
});

test('what the caller alone decides is decided once', () => {
  const policy = createPolicy();
  assert.equal(policy.bind('get_security_group', member), true);
  assert.equal(typeof policy.bind('get_network', member), 'function');
  assert.equal(policy.bind('get_network', member), policy.bind('get_network', member));
});

test('the deprecated defaults let pass until enforce_new_defaults, and so do administrators', () => {
  const own = { tenant_id: 'p1', project_id: 'p1' };
  const nobody = credentials('p1');
  const strict = createPolicy({ newDefaultsOnly: true });
  assert.equal(decide(createPolicy().bind('update_network', nobody), own), true);
  assert.equal(decide(strict.bind('update_network', nobody), own), false);
  const administrator = credentials('p0', 'admin');
  assert.equal(decide(createPolicy().bind('delete_security_group', administrator), own), true);
  assert.equal(decide(strict.bind('delete_security_group', administrator), own), false);
});

test('a rule of a file replaces the default and the deprecated default', () => {
  const policy = policyOf({ update_network: 'role:operator' });
  assert.equal(decide(policy.bind('update_network', member), { tenant_id: 'p1' }), false);
});

test('a name that is no rule is decided by the default rule, or by nobody when there is none', () => {
  const own = { tenant_id: 'p1' };
  const bound = (settings: PolicySettings) =>
    decide(createPolicy(settings).bind('no_such_rule', member), own);
  assert.equal(bound({}), true);
  assert.equal(bound({ defaultRule: 'admin_only' }), false);
  assert.equal(bound({ defaultRule: 'nothing' }), false);
});

test('enforce_scope denies tokens of the system to actions of a project, base rules aside', () => {
  const policy = createPolicy({ enforceScope: true, newDefaultsOnly: true });
  const ofSystem = { ...credentials('', 'admin'), system_scope: 'all' };
  assert.equal(policy.bind('create_network', ofSystem), false);
  assert.deepEqual(policy.scopeFault('create_network', ofSystem), { needed: 'project', given: 'system' });
  assert.equal(policy.bind('admin_only', ofSystem), true);
  assert.equal(policy.bind('create_network', credentials('p0', 'admin')), true);
  assert.equal(createPolicy({ enforceScope: true }).bind('create_network', ofSystem), true);
});

test('rules say what they need of parents', () => {
  const policy = policyOf({ strict: 'not rule:network_owner', old: 'tenant_id:%(network_tenant_id)s' });
  const tenant = { key: 'network:tenant_id', parent: 'network', field: 'tenant_id' };
  assert.deepEqual(policy.needs('create_port:mac_address'), { all: [tenant], negated: false });
  assert.deepEqual(policy.needs('strict'), { all: [tenant], negated: true });
  assert.deepEqual(policy.needs('old').all, [{ ...tenant, key: 'network_tenant_id' }]);
  assert.deepEqual(policy.needs('shared').all, [
    { key: 'network:shared', parent: 'network', field: 'shared' },
  ]);
  assert.deepEqual(policy.needs('get_agent').all, []);
});

test('faulty rules are refused with a reason', () => {
  const faulty: readonly [unknown, RegExp][] = [
    ['role', /'role' is not of the form kind:match/],
    [' ', /ends too early/],
    ['()', /is not of the form|lacks|'\)'/],
    ['(role:admin', /lacks a closing parenthesis/],
    ['role:admin role:member', /has 'role:member' where/],
    ['role:admin and', /ends too early/],
    ['"role:admin"', /begins with neither a name nor a literal/],
    ['tenant_id:p1', /not of the form tenant_id:%\(<name>\)s/],
    ['field:networks:shared', /not of the form field:/],
    ['field:networks:shared=perhaps', /cannot have/],
    ['field:port:name=~(', /no regular expression/],
    ['project_id:%(project_id)', /a % that is neither/],
    [[['role:admin', 5]], /lists of texts/],
    [5, /a text or a list/],
  ];
  for (const [rule, reason] of faulty) assert.throws(() => parseRule(rule), reason, JSON.stringify(rule));
  assert.throws(() => policyOf({ a: 'role:x', b: 'role' }), {
    message: "policy.yaml:2: rule 'b': policy check 'role' is not of the form kind:match",
  });
  assert.throws(() => policyOf({ a: 'rule:b', b: 'not rule:a' }), /rule 'a': these rules .*: a → b → a/);
});
