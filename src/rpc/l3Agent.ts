import { call, cast, defineInterface } from './interface.ts';

/** Notifications to L3 agents, to l3_agent.<host>; router_deleted by fanout. */
export const l3Agent = defineInterface({
  topic: 'l3_agent',
  version: '1.4',
  methods: {
    routers_updated: cast<{ routers: string[] }>('1.1'),
    router_deleted: cast<{ router_id: string }>('1.0'),
    /** Manual scheduling waits until the agent has taken note. */
    router_added_to_agent: call<{ payload: string[] }, null>('1.0'),
    router_removed_from_agent: cast<{ payload: { router_id: string } }>('1.0'),
    agent_updated: cast<{ payload: { admin_state_up: boolean } }>('1.0'),
  },
});
