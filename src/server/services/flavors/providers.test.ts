import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf } from '../../../config/load.ts';
import { createRouterProviders } from '../routers/providers.ts';
import { routerProviders } from './providers.ts';

const drivers = 'neutron.services.l3_router.service_providers';
const HA = `${drivers}.ha.HaDriver`;
const parse = (...lines: string[]) =>
  routerProviders(
    configOf(`[service_providers]\n${lines.map((line) => `service_provider = ${line}`).join('\n')}\n`),
  );

test('providers of the configuration come first and replace built-in ones of the same driver or name', () => {
  assert.deepEqual(
    parse().map(({ name }) => name),
    ['dvrha', 'dvr', 'ha', 'single_node'],
  );
  assert.deepEqual(
    parse(`L3_ROUTER_NAT:Mine:${HA}:default`, 'FIREWALL:x:y').map((provider) => [
      provider.name,
      provider.default,
    ]),
    [
      ['mine', true],
      ['dvrha', false],
      ['dvr', false],
      ['single_node', false],
    ],
  );
});

for (const [line, text] of [
  ['L3_ROUTER_NAT:mine', /is type:name:driver/],
  [`L3_ROUTER_NAT:mine:${HA}:x`, /ends with "default" or nothing/],
  ['L3_ROUTER_NAT:mine:some.Driver', /names the driver some\.Driver; known: /],
  [`L3_ROUTER_NAT:${'x'.repeat(256)}:${HA}`, /is limited by 255 characters/],
] as const) {
  test(`refused: ${line.slice(0, 60)}`, () => assert.throws(() => parse(line), text));
}

test('two providers of one name, driver or default are refused', () => {
  const single = `${drivers}.single_node.SingleNodeDriver`;
  assert.throws(() => parse(`L3_ROUTER_NAT:a:${HA}`, `L3_ROUTER_NAT:A:${single}`), /Multiple providers/);
  assert.throws(() => parse(`L3_ROUTER_NAT:a:${HA}`, `L3_ROUTER_NAT:b:${HA}`), /not unique across providers/);
  assert.throws(
    () => parse(`L3_ROUTER_NAT:a:${HA}:default`, `L3_ROUTER_NAT:b:${single}:default`),
    /Multiple default providers/,
  );
});

test('without a flavor the provider is the one that makes such routers', async () => {
  const none = undefined as never;
  const plain = createRouterProviders(parse(), { ha: false, distributed: false });
  const name = async (item: object) => (await plain.choose(none, { ...item })).name;
  assert.equal(await name({}), 'single_node');
  assert.equal(await name({ ha: true }), 'ha');
  assert.equal(await name({ ha: true, distributed: true }), 'dvrha');
  const highlyAvailable = createRouterProviders(parse(), { ha: true, distributed: false });
  assert.equal((await highlyAvailable.choose(none, {})).name, 'ha');
  assert.equal((await highlyAvailable.choose(none, { ha: false, distributed: true })).name, 'dvr');
});
