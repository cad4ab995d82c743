import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBody, updateBody } from './body.ts';
import { type Attribute, type ResourceDefinition, resources } from './index.ts';
import { pythonText } from './pythonText.ts';
import { check } from './validators/index.ts';

const definitions: readonly ResourceDefinition[] = Object.values(resources);

for (const definition of definitions) {
  const attributes = Object.entries<Attribute>(definition.attributes);

  test(`${definition.name} shows exactly its visible attributes`, () => {
    const visible = attributes.filter(([, { hidden }]) => !hidden).map(([name]) => name);
    const aliases = Object.hasOwn(definition.attributes, 'tenant_id') ? ['project_id'] : [];
    assert.deepEqual([...definition.order].sort(), [...visible, ...aliases].sort());
  });

  test(`${definition.name}'s defaults pass its own validation`, () => {
    for (const [name, { default: value, validate }] of attributes) {
      if (value === undefined || !validate) continue;
      assert.equal(check(validate, structuredClone(value)), undefined, name);
    }
  });

  test(`${definition.name} gives no attribute both a default and the service's choice`, () => {
    for (const [name, attribute] of attributes) {
      assert(!('default' in attribute && attribute.optional), name);
      assert(attribute.post || !('default' in attribute), name);
    }
  });
}

test('a new network gets its defaults, and its project under both names', () => {
  const body = createBody(resources.network, { name: 'a', admin_state_up: 'False' }, 'p1');
  assert.equal(body.admin_state_up, false);
  assert.equal(body.shared, false);
  assert.equal(body.tenant_id, 'p1');
  assert.equal(body.project_id, 'p1');
  assert(!('provider:network_type' in body));
});

test('project_id and tenant_id are one', () => {
  assert.equal(createBody(resources.network, { project_id: 'p2' }, 'p1').tenant_id, 'p2');
  assert.throws(() => createBody(resources.network, { project_id: 'a', tenant_id: 'b' }, 'p1'), {
    message: "'project_id' and 'tenant_id' do not match",
  });
});

const faulty: readonly [ResourceDefinition, 'create' | 'update', Record<string, unknown>, string][] = [
  [resources.network, 'create', { bogus: 1 }, "Unrecognized attribute(s) 'bogus'"],
  [
    resources.network,
    'create',
    { __proto__: null, constructor: 1 },
    "Unrecognized attribute(s) 'constructor'",
  ],
  [resources.network, 'create', { id: 'x' }, "Attribute 'id' not allowed in POST"],
  [resources.network, 'create', { name: 5 }, "Invalid input for name. Reason: '5' is not a valid string."],
  [
    resources.subnet,
    'create',
    { cidr: '10.0.0.0/24' },
    "Failed to parse request. Required attribute 'ip_version' not specified",
  ],
  [
    resources.subnet,
    'create',
    { network_id: 'x', ip_version: 4, cidr: 'bad' },
    "Invalid input for network_id. Reason: 'x' is not a valid UUID.",
  ],
  [resources.agent, 'create', {}, "Unrecognized attribute(s) 'project_id, tenant_id'"],
  [resources.network, 'update', { id: 'x' }, 'Cannot update read-only attribute id'],
  [resources.network, 'update', { tenant_id: 'x' }, 'Cannot update read-only attribute tenant_id'],
  [resources.network, 'update', { bogus: 1 }, "Unrecognized attribute(s) 'bogus'"],
];

for (const [definition, verb, body, message] of faulty) {
  test(`${verb} ${definition.name} ${JSON.stringify(body)} is refused`, () => {
    const prepare = () =>
      verb === 'create' ? createBody(definition, body, 'p1') : updateBody(definition, body);
    assert.throws(prepare, { message, status: 400 });
  });
}

test('an update holds only what was sent', () => {
  assert.deepEqual(updateBody(resources.network, { admin_state_up: 'no' }), { admin_state_up: false });
});

test('values in messages are printed as Python prints them', () => {
  const rows: readonly [unknown, string][] = [
    ["it's", "it's"],
    [["it's", 'a"b', 'both\'"', 'n\n'], `["it's", 'a"b', 'both\\'"', 'n\\n']`],
    [{ a: null, b: [true, 1.5] }, "{'a': None, 'b': [True, 1.5]}"],
    [undefined, 'None'],
  ];
  for (const [value, text] of rows) assert.equal(pythonText(value), text);
});
