import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPolicies } from '../../../resources/policies/index.ts';
import type { Bound, Credentials, Target } from './bind.ts';
import { createPolicy } from './index.ts';
import { parseRule } from './parse.ts';

const credentials = (project_id: string, ...roles: string[]): Credentials => ({
  user_id: 'u1',
  project_id,
  roles,
  is_admin: roles.includes('admin'),
});
const admin = credentials('p0', 'Admin');
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
  ['(project_id:%(project_id)s)', member, { project_id: 'p1' }, true],
  ['user_id:u1', member, {}, true],
  ['is_admin:True', admin, {}, false],
  ["'shared':%(kind)s", member, { kind: 'shared' }, true],
  ['True:%(shared)s', member, { shared: true }, true],
  ['nothing:%(shared)s', member, { shared: true }, false],
  ['field:networks:shared=True', member, { shared: true }, true],
  ['field:networks:shared=True', member, { 'network:shared': true }, true],
  ['field:networks:router:external=True', member, { 'router:external': false }, false],
  ['field:port:device_owner=~^network:', member, { device_owner: 'network:dhcp' }, true],
  ['not field:port:device_owner=~^network:', member, { device_owner: 'compute:nova' }, true],
  ['rule:admin_or_owner', member, { tenant_id: 'p1' }, true],
  ['rule:no_such_rule', member, { tenant_id: 'p2' }, false],
];

for (const [rule, who, target, verdict] of cases) {
  test(`'${rule}' for ${who.roles} and ${JSON.stringify(target)} is ${verdict}`, () => {
    const policy = createPolicy({ overrides: { tried: rule } });
    assert.equal(decide(policy.bind('tried', who), target), verdict);
  });
}

test('every default rule parses, and an administrator may do everything that names him', () => {
  const policy = createPolicy();
  for (const name of Object.keys(defaultPolicies)) policy.bind(name, member);
  for (const name of ['create_network:shared', 'get_port:binding:host_id', 'delete_agent', 'update_quota']) {
    assert.equal(policy.bind(name, credentials('p0', 'admin')), true, name);
    assert.equal(policy.bind(name, member), false, name);
  }
});

test('what the caller alone decides is decided once', () => {
  const policy = createPolicy();
  assert.equal(policy.bind('get_network', credentials('p0', 'admin')), true);
  assert.equal(typeof policy.bind('get_network', member), 'function');
});

test('the deprecated defaults let pass until enforce_new_defaults', () => {
  const own = { tenant_id: 'p1', project_id: 'p1' };
  const nobody = credentials('p1');
  assert.equal(decide(createPolicy().bind('update_network', nobody), own), true);
  assert.equal(decide(createPolicy({ newDefaultsOnly: true }).bind('update_network', nobody), own), false);
});

test('rules say which parents they ask about', () => {
  const policy = createPolicy({ overrides: { strict: 'not rule:network_owner' } });
  assert.deepEqual([...policy.parents('create_port:mac_address').names], ['network']);
  assert.equal(policy.parents('create_port:mac_address').negated, false);
  assert.equal(policy.parents('strict').negated, true);
  assert.equal(policy.parents('get_agent').names.size, 0);
});

test('faulty rules are refused with a reason', () => {
  const faulty: readonly [string, RegExp][] = [
    ['role', /'role' is not of the form kind:match/],
    ['(role:admin', /lacks a closing parenthesis/],
    ['role:admin role:member', /has 'role:member' where/],
    ['role:admin and', /ends too early/],
  ];
  for (const [rule, reason] of faulty) assert.throws(() => parseRule(rule), reason);
  assert.throws(() => createPolicy({ overrides: { a: 'rule:b', b: 'not rule:a' } }), /refers to itself/);
});
