import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inProcess } from '../messaging/inProcess.ts';
import type { Json, RpcContext, Target } from '../messaging/transport.ts';
import { adminContext } from './context.ts';
import { dhcpAgent } from './dhcpAgent.ts';
import { client, endpoint, message } from './interface.ts';
import { l2plugin } from './l2plugin.ts';
import { l3plugin } from './l3plugin.ts';
import { reports, reportsByCast } from './reports.ts';

interface Sent {
  kind: 'call' | 'cast';
  target: Target;
  method: string;
  args: { [key: string]: Json };
  seconds?: number;
}

/** A sender that keeps what it is given. */
function keeper() {
  const sent: Sent[] = [];
  return {
    sent,
    async call(
      target: Target,
      method: string,
      args: { [key: string]: Json },
      _context: RpcContext,
      options: { timeoutSeconds?: number } = {},
    ) {
      const { timeoutSeconds: seconds } = options;
      sent.push({ kind: 'call', target, method, args, ...(seconds === undefined ? {} : { seconds }) });
      return null;
    },
    async cast(target: Target, method: string, args: { [key: string]: Json }) {
      sent.push({ kind: 'cast', target, method, args });
    },
  };
}

describe('client of an interface', () => {
  it("sends to the interface's topic with the method's version", async () => {
    const transport = keeper();
    await client(transport, l3plugin).get_router_ids({}, { host: 'h' }, { timeoutSeconds: 5 });
    await client(transport, l3plugin).update_ha_routers_states({}, { host: 'h', states: { r: 'active' } });
    await client(transport, dhcpAgent).agent_updated(
      {},
      { payload: { admin_state_up: true } },
      { server: 'h' },
    );
    assert.deepEqual(transport.sent, [
      {
        kind: 'call',
        target: { topic: 'q-l3-plugin', version: '1.9' },
        method: 'get_router_ids',
        args: { host: 'h' },
        seconds: 5,
      },
      {
        kind: 'cast',
        target: { topic: 'q-l3-plugin', version: '1.5' },
        method: 'update_ha_routers_states',
        args: { host: 'h', states: { r: 'active' } },
      },
      {
        kind: 'cast',
        target: { topic: 'dhcp_agent', version: '1.0', server: 'h' },
        method: 'agent_updated',
        args: { payload: { admin_state_up: true } },
      },
    ]);
  });

  it('a message for the outbox has the same form', () => {
    assert.deepEqual(
      message(dhcpAgent, 'network_delete_end', { payload: { network_id: 'n' } }, { fanout: true }),
      {
        target: { topic: 'dhcp_agent', version: '1.0', fanout: true },
        method: 'network_delete_end',
        args: { payload: { network_id: 'n' } },
      },
    );
  });

  it('meets the handlers of its interface over a transport', async () => {
    const transport = inProcess();
    const binaries: string[] = [];
    await transport.listen('q-reports-plugin', 'controller', [
      endpoint(reports, {
        report_state: async (_context, { agent_state: { agent_state: state } }) => {
          binaries.push(state.binary);
          return state.start_flag ? 'new' : 'alive';
        },
      }),
    ]);
    const state = { binary: 'b', host: 'h', topic: 'N/A', agent_type: 'L3 agent', configurations: {} };
    const report = (start_flag: boolean) => ({
      agent_state: { agent_state: { ...state, start_flag } },
      time: '2026-11-22T16:17:51.274706',
    });
    assert.equal(await client(transport, reports).report_state(adminContext(), report(true)), 'new');
    assert.equal(await client(transport, reports).report_state(adminContext(), report(false)), 'alive');
    await client(transport, reportsByCast).report_state(adminContext(), report(false));
    await transport.close();
    assert.deepEqual(binaries, ['b', 'b', 'b']);
  });
});

/** Never called: it is here to be refused by the compiler where an interface is misused. */
export const typesAreChecked = async (): Promise<void> => {
  const plugin = client(inProcess(), l2plugin);
  const { exists }: { exists: boolean } = await plugin.update_device_down(
    {},
    { device: 'd', agent_id: 'a', host: 'h' },
  );
  // @ts-expect-error an argument is missing
  await plugin.update_device_up({}, { device: 'd', host: 'h' });
  // @ts-expect-error an argument too many
  await plugin.update_device_up({}, { device: 'd', agent_id: 'a', host: 'h', hots: 'h' });
  // @ts-expect-error of the wrong type
  await plugin.get_devices_details_list({}, { devices: 'd', agent_id: 'a', host: 'h' });
  // @ts-expect-error the method is not of this interface
  await plugin.sync_routers({}, { host: 'h' });
  endpoint(l3plugin, {
    get_router_ids: async (_context, { host }) => [host, String(exists)],
    // @ts-expect-error the result is a number
    get_host_ha_router_count: async () => 'many',
  });
  // @ts-expect-error the interface has no such method
  endpoint(l3plugin, { get_routers: async () => [] });
  // @ts-expect-error a payload lacks its network
  message(dhcpAgent, 'network_delete_end', { payload: {} });
};

describe('the admin context', () => {
  it('has the keys that Neutron sends, in its order, with a fresh request id', () => {
    const context = adminContext();
    assert.match(String(context.request_id), /^req-[0-9a-f-]{36}$/);
    assert.notEqual(context.request_id, adminContext().request_id);
    assert.match(String(context.timestamp), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
    assert.deepEqual([context.is_admin, context.roles, context.user_identity], [true, [], '- - - - -']);
    assert.equal(
      Object.keys(context).join(' '),
      'user project_id system_scope project domain user_domain project_domain is_admin read_only show_deleted ' +
        'auth_token request_id global_request_id resource_uuid roles user_identity is_admin_project user_id ' +
        'tenant_id timestamp tenant_name project_name user_name',
    );
  });
});
