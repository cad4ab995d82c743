import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { configOf } from '../../src/config/load.ts';
import { sqliteForTest } from '../../src/server/db/testing.ts';
import type { Caller } from '../../src/server/identity/identity.ts';
import { until } from '../../src/testing/until.ts';
import { callers, guide, startApi, type TestApi } from './api.ts';
import { make } from './guideState.ts';

const ofSystem: Caller = {
  ...callers.admin!,
  projectId: '',
  projectName: null,
  projectDomainId: null,
  projectDomainName: null,
  systemScope: 'all',
};

/** A server whose policy.yaml stands beside its neutron.conf. */
async function withPolicy(
  rules: string,
  options: string,
  use: (api: TestApi, write: (rules: string) => void) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'neutron-policy-'));
  let writes = 0;
  const write = (text: string): void => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, text);
    writes += 1;
    utimesSync(file, 1_700_000_000 + writes, 1_700_000_000 + writes);
  };
  write(rules);
  const config = configOf(`${guide}[oslo_policy]\n${options}\n`, [], join(folder, 'neutron.conf'));
  const api = await startApi(sqliteForTest, config, { known: { ...callers, system: ofSystem } });
  try {
    await use(api, write);
  } finally {
    await api.close();
    rmSync(folder, { recursive: true });
  }
}

const errorOf = (body: unknown) => (body as { NeutronError: { type: string; message: string } }).NeutronError;

test('rules of a file decide about actions, attributes and what is shown; a change counts without a restart', () =>
  withPolicy(
    '"create_network:mtu": "!"\n"get_network:name": role:none\nupdate_network: role:operator\n',
    '',
    async (api, write) => {
      const { id } = await make(api, 'networks', { network: { name: 'mine' } }, 'demo');
      const rename = (user: string) =>
        api.request(user, 'PUT', `/v2.0/networks/${id}`, { network: { name: 'new' } });

      const shown = (await api.request('demo', 'GET', `/v2.0/networks/${id}`)).body as { network: object };
      assert(!('name' in shown.network));
      const mtu = await api.request('demo', 'POST', '/v2.0/networks', { network: { mtu: 1400 } });
      assert.deepEqual(
        [mtu.status, errorOf(mtu.body)],
        [
          403,
          {
            type: 'PolicyNotAuthorized',
            message: '(rule:create_network and rule:create_network:mtu) is disallowed by policy',
            detail: '',
          },
        ],
      );
      assert.equal((await rename('demo')).status, 403);
      assert.equal((await rename('other')).status, 404);
      assert.equal((await rename('admin')).status, 200);

      write('update_network: rule:owner\n');
      await until('the changed rule to count', async () => (await rename('demo')).status === 200);
      write('update_network: rule:owner and\n');
      assert.equal((await rename('demo')).status, 200);
      const after = (await api.request('demo', 'GET', `/v2.0/networks/${id}`)).body as { network: object };
      assert('name' in after.network);
    },
  ));

test('enforce_scope and enforce_new_defaults: tokens of the system are refused, administrators are asked, too', () =>
  withPolicy('', 'enforce_scope = True\nenforce_new_defaults = True', async (api) => {
    const network = { name: 'n', tenant_id: callers.demo!.projectId };
    const refused = await api.request('system', 'POST', '/v2.0/networks', { network });
    assert.equal(refused.status, 403);
    assert.deepEqual(errorOf(refused.body), {
      type: 'InvalidScope',
      message: "rule:create_network requires a scope of ['project'], request was made with system scope.",
      detail: '',
    });
    const { id } = await make(api, 'networks', { network }, 'admin');
    assert.equal((await api.request('system', 'GET', `/v2.0/networks/${id}`)).status, 404);
    assert.equal((await api.request('system', 'DELETE', `/v2.0/networks/${id}`)).status, 404);
    assert.deepEqual((await api.request('system', 'GET', '/v2.0/networks')).body, { networks: [] });
    // The new default for groups names no administrators.
    const group = await make(api, 'security-groups', { security_group: { name: 'g' } }, 'demo');
    assert.equal((await api.request('admin', 'DELETE', `/v2.0/security-groups/${group.id}`)).status, 404);
    assert.equal((await api.request('demo', 'DELETE', `/v2.0/security-groups/${group.id}`)).status, 204);
  }));
