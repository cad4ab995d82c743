import type { RpcContext } from '../../messaging/transport.ts';
import { endpoint, message } from '../../rpc/interface.ts';
import { type AgentState, reports as definition } from '../../rpc/reports.ts';
import { resourceVersions } from '../../rpc/resources.ts';
import type { ServerContext } from '../context.ts';
import type { Reports } from '../services/agents/reports.ts';

/** What the server answers on q-reports-plugin. */
export function reportsEndpoint(reports: Reports, { transport, log }: ServerContext) {
  /** Python servers beside this one push objects in the versions that agents understand: they hear of them at once. */
  async function tellServers(rpc: RpcContext, state: AgentState): Promise<void> {
    const { agent_type, host: agent_host, resource_versions: version_map } = state;
    if (!state.start_flag || !version_map) return;
    const args = { agent_type, agent_host, version_map };
    const news = message(resourceVersions, 'report_agent_resource_versions', args, { fanout: true });
    await transport
      .cast(news.target, news.method, news.args, rpc)
      .catch((error: Error) => log.debug(`Other servers do not hear of ${agent_host}'s versions: ${error}`));
  }

  return endpoint(definition, {
    report_state: async (rpc, { agent_state: { agent_state }, time }) => {
      const status = await reports.store(agent_state, time);
      void tellServers(rpc, agent_state);
      return status;
    },
    has_alive_neutron_server: async () => true,
  });
}
