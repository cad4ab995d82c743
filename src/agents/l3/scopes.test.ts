import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { RouterInfo } from '../../rpc/l3plugin.ts';
import { desiredRouter } from './desired.ts';
import { routerTables } from './firewall.ts';
import { scopesOf } from './scopes.ts';

const settings = {
  metadataPort: 9697,
  metadataMark: '0x1',
  ingressMark: '0x2',
  metadata: true,
  randomFully: true,
};

/** Routers whose networks are in address scopes, and the rules that Python Neutron's agent made for them. */
interface Recorded {
  readonly name: string;
  readonly router: RouterInfo;
  /** 'FAMILY TABLE CHAIN' → rules. */
  readonly rules: Readonly<Record<string, readonly string[]>>;
}

const recorded = JSON.parse(
  readFileSync(new URL('fixtures/scopes.json', import.meta.url), 'utf8'),
) as Recorded[];
const chains = ['filter scope', 'nat snat', 'nat float-snat', 'nat POSTROUTING'].concat(
  ['scope', 'float-snat', 'floatingip', 'FORWARD', 'POSTROUTING', 'mark'].map((chain) => `mangle ${chain}`),
);

for (const { name, router, rules } of recorded) {
  test(`the rules of Python Neutron's agent: ${name}`, () => {
    const desired = desiredRouter(router);
    for (const family of [4, 6] as const) {
      const tables = routerTables(desired, family, settings);
      for (const chain of chains) {
        const [table, own] = chain.split(' ') as ['filter' | 'nat' | 'mangle', string];
        if (family === 6 && table === 'nat') continue;
        const ours = tables[table]?.own[`neutron-l3-agent-${own}`] ?? [];
        // Python goes through a set where floating IPs leave.
        const order =
          own === 'float-snat'
            ? (list: readonly string[]) => list.toSorted()
            : (list: readonly string[]) => list;
        assert.deepEqual(order(ours), order(rules[`${family} ${chain}`] ?? []), `${family} ${chain}`);
      }
    }
  });
}

test('a scope keeps its mark when others come and go: connections under way carry it', () => {
  const [first] = recorded;
  const { router } = first!;
  const other = '00000000-0000-0000-0000-000000000000';
  const known = scopesOf(desiredRouter(router));
  const moved = { ...router, gw_port: { ...router.gw_port!, address_scopes: { '4': other, '6': null } } };
  assert.deepEqual(scopesOf(desiredRouter(moved), known), [...known, other]);
  assert.deepEqual(scopesOf(desiredRouter(router), [other]), [other, ...known]);
});
