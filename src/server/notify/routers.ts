import { message } from '../../rpc/interface.ts';
import { l3Agent } from '../../rpc/l3Agent.ts';
import type { L3Scheduler } from '../scheduling/l3.ts';
import type { Work } from '../services/work.ts';
import type { Outbox } from './outbox.ts';

/** What L3 agents hear of routers. */
export interface RouterNotifier {
  /** Something of these routers changed; routers that lack an agent are scheduled first. */
  updated(work: Work, routerIds: readonly string[]): Promise<void>;
  /** Something changed that only the agent on this host needs to hear of. */
  updatedOnHost(work: Work, routerId: string, host: string): Promise<void>;
  deleted(work: Work, routerId: string): Promise<void>;
  addedToAgent(work: Work, routerId: string, host: string): Promise<void>;
  removedFromAgent(work: Work, routerId: string, host: string): Promise<void>;
}

export function createRouterNotifier(outbox: Outbox, scheduler: L3Scheduler): RouterNotifier {
  const routersUpdated = ({ context }: Work, routerId: string, host: string) => ({
    ...message(l3Agent, 'routers_updated', { routers: [routerId] }, { server: host }),
    context: context.rpc,
  });

  return {
    async updated(work, routerIds) {
      const ids = [...new Set(routerIds)];
      const agents = [];
      for (const id of ids) agents.push(...(await scheduler.schedule(work, id)).hosting);
      await outbox.add(
        work.tx,
        ...agents
          .filter((agent) => agent.admin_state_up === 1)
          .map(({ host, router_id }) => routersUpdated(work, router_id, host)),
      );
    },

    updatedOnHost: (work, routerId, host) => outbox.add(work.tx, routersUpdated(work, routerId, host)),

    async deleted({ tx, context }, routerId) {
      const news = message(l3Agent, 'router_deleted', { router_id: routerId }, { fanout: true });
      await outbox.add(tx, { ...news, context: context.rpc });
    },

    /** Neutron calls here and gives up when the agent is away; kept in the outbox the agent hears of it in the end. */
    async addedToAgent({ tx, context }, routerId, host) {
      const news = message(l3Agent, 'router_added_to_agent', { payload: [routerId] }, { server: host });
      await outbox.add(tx, { ...news, context: context.rpc });
    },

    async removedFromAgent({ tx, context }, routerId, host) {
      const payload = { router_id: routerId };
      const news = message(l3Agent, 'router_removed_from_agent', { payload }, { server: host });
      await outbox.add(tx, { ...news, context: context.rpc });
    },
  };
}
