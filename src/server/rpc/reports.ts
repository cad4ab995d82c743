import { endpoint } from '../../rpc/interface.ts';
import { reports as definition } from '../../rpc/reports.ts';
import type { Reports } from '../services/agents/reports.ts';

/** What the server answers on q-reports-plugin. */
export const reportsEndpoint = (reports: Reports) =>
  endpoint(definition, {
    report_state: (_context, { agent_state, time }) => reports.store(agent_state.agent_state, time),
    has_alive_neutron_server: async () => true,
  });
