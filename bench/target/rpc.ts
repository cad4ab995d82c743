import { adminContext } from '../../src/rpc/context.ts';
import { client } from '../../src/rpc/interface.ts';
import { reports } from '../../src/rpc/reports.ts';
import type { Target } from './target.ts';

/** The host of an agent that is only a connection to the broker. */
export const AGENT_HOST = 'bench';

/** Reports the state of a Linux bridge agent on AGENT_HOST, so that ports are bound there; forgotten after the round. */
export async function agentReports(target: Target): Promise<() => Promise<unknown>> {
  const { report_state } = client(target.rpc, reports);
  const agent_state = {
    binary: 'neutron-linuxbridge-agent',
    host: AGENT_HOST,
    topic: 'N/A',
    agent_type: 'Linux bridge agent',
    configurations: {
      bridge_mappings: {},
      interface_mappings: {},
      tunneling_ip: '192.0.2.1',
      tunnel_types: ['vxlan'],
      l2_population: true,
      devices: 0,
    },
  };
  const report = (start: object = {}) =>
    report_state(adminContext(), {
      agent_state: { agent_state: { ...agent_state, ...start, uuid: crypto.randomUUID() } },
      time: new Date().toISOString().slice(0, -1),
    });
  await report({ start_flag: true });
  target.afterwards(async () => {
    for (const { id } of await target.api.list('agents', `?host=${AGENT_HOST}`))
      await target.api.ask('DELETE', `agents/${id}`);
  });
  return report;
}
