import type { RpcContext } from '../../messaging/transport.ts';
import { message } from '../../rpc/interface.ts';
import { l3Agent } from '../../rpc/l3Agent.ts';
import type { L3Scheduler } from '../scheduling/l3.ts';
import type { Tx } from '../services/service.ts';
import type { Outbox } from './outbox.ts';

/** What L3 agents hear of routers. */
export interface RouterNotifier {
  /** Something of these routers changed; routers without an agent are scheduled first. */
  updated(tx: Tx, context: RpcContext, routerIds: readonly string[]): Promise<void>;
  deleted(tx: Tx, context: RpcContext, routerId: string): Promise<void>;
  addedToAgent(tx: Tx, context: RpcContext, routerId: string, host: string): Promise<void>;
  removedFromAgent(tx: Tx, context: RpcContext, routerId: string, host: string): Promise<void>;
}

export function createRouterNotifier(outbox: Outbox, scheduler: L3Scheduler): RouterNotifier {
  return {
    async updated(tx, context, routerIds) {
      const ids = [...new Set(routerIds)];
      for (const id of ids) await scheduler.schedule(tx, id);
      const agents = await scheduler.hosting(tx, ids);
      await outbox.add(
        tx,
        ...agents
          .filter((agent) => agent.admin_state_up === 1)
          .map(({ host, router_id }) => ({
            ...message(l3Agent, 'routers_updated', { routers: [router_id] }, { server: host }),
            context,
          })),
      );
    },

    async deleted(tx, context, routerId) {
      const news = message(l3Agent, 'router_deleted', { router_id: routerId }, { fanout: true });
      await outbox.add(tx, { ...news, context });
    },

    /** Neutron calls here and gives up when the agent is away; kept in the outbox the agent hears of it in the end. */
    async addedToAgent(tx, context, routerId, host) {
      const news = message(l3Agent, 'router_added_to_agent', { payload: [routerId] }, { server: host });
      await outbox.add(tx, { ...news, context });
    },

    async removedFromAgent(tx, context, routerId, host) {
      const payload = { router_id: routerId };
      const news = message(l3Agent, 'router_removed_from_agent', { payload }, { server: host });
      await outbox.add(tx, { ...news, context });
    },
  };
}
