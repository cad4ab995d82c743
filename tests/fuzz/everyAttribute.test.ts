import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf } from '../../src/config/load.ts';
import { type Attribute, type ResourceDefinition, resources } from '../../src/resources/index.ts';
import { sqliteForTest } from '../../src/server/db/testing.ts';
import { guide, startApi } from '../conformance/api.ts';
import { make } from '../conformance/guideState.ts';

/** What Python holds for false, and values of every kind. */
const values: readonly unknown[] = [
  ...[{}, [], '', 0, false, null, true, 1, -1, 1.5, 'x', '\u0000', ['x'], [[]], [0], [null], [{}], { x: 1 }],
  { toString: null },
];

test('no attribute fails on a value of another kind, given on create or changed', async () => {
  const config = configOf(guide.replace('= port_security', '= port_security,dns'));
  const api = await startApi(sqliteForTest, config);
  const net = await make(api, 'networks', { network: {} });
  const forPorts = await make(api, 'networks', { network: {} });
  const examples: readonly (readonly [ResourceDefinition, Record<string, unknown>])[] = [
    [resources.network, {}],
    [resources.subnet, { network_id: net.id, ip_version: 4, cidr: '10.0.0.0/24' }],
    [resources.port, { network_id: forPorts.id }],
    [resources.router, {}],
    [resources.security_group, {}],
    [resources.subnetpool, { name: 'a', prefixes: ['10.0.0.0/8'] }],
    [resources.address_scope, { name: 'a', ip_version: 4 }],
    [resources.address_group, { name: 'a' }],
    [resources.flavor, { service_type: 'L3_ROUTER_NAT' }],
    [resources.service_profile, { metainfo: 'x' }],
    [
      resources.rbac_policy,
      { object_type: 'network', object_id: net.id, action: 'access_as_shared', target_tenant: 'x' },
    ],
  ];
  const failed: string[] = [];
  for (const [{ name: key, path, attributes }, example] of examples) {
    const { id } = await make(api, path, { [key]: example });
    for (const [name, { post, put }] of Object.entries<Attribute>(attributes)) {
      for (const value of values) {
        const created = post && { [key]: { ...example, [name]: value } };
        const changed = put && { [key]: { [name]: value } };
        for (const [method, where, body] of [
          ['POST', path, created],
          ['PUT', `${path}/${id}`, changed],
        ] as const) {
          if (!body) continue;
          const reply = await api.request('admin', method, `/v2.0/${where}`, body);
          if (reply.status >= 500) failed.push(`${method} ${path} ${name}=${JSON.stringify(value)}`);
          const { id: made } =
            reply.status === 201 ? (reply.body as Record<string, { id: string }>)[key]! : {};
          if (made) await api.request('admin', 'DELETE', `/v2.0/${path}/${made}`);
        }
      }
    }
  }
  await api.close();
  assert.deepEqual(failed, []);
});
