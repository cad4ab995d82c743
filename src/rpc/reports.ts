import { call, cast, defineInterface } from './interface.ts';

/** What an agent says of itself. The server keeps the configurations and answers by the AGENT row it finds. */
export interface AgentState {
  binary: string;
  host: string;
  /** dhcp_agent, l3_agent, or N/A for agents that are not scheduled. */
  topic: string;
  agent_type: string;
  configurations: Record<string, unknown>;
  availability_zone?: string;
  /** True on the first report after a start only. */
  start_flag?: boolean;
  /** Versioned objects the agent understands, by name; L2 agents send it with start_flag. */
  resource_versions?: Record<string, string>;
  resources_synced?: boolean;
  failed_report?: boolean;
  /** A fresh UUID for each report. */
  uuid?: string;
}

export interface ReportStateArgs {
  /** Doubly wrapped on the wire. */
  agent_state: { agent_state: AgentState };
  /** The agent's clock: UTC, ISO 8601 with microseconds, without zone. */
  time: string;
}

export type AgentStatus = 'new' | 'alive' | 'revived';

/** Agents' reports to the server. A handler's result is dropped when the report came as a cast. */
export const reports = defineInterface({
  topic: 'q-reports-plugin',
  version: '1.2',
  methods: {
    report_state: call<ReportStateArgs, AgentStatus>('1.2'),
    has_alive_neutron_server: call<object, boolean>('1.2'),
  },
});

/** The same report without waiting for the answer: what the metadata agent sends after its first. */
export const reportsByCast = defineInterface({
  topic: reports.topic,
  version: reports.version,
  methods: { report_state: cast<ReportStateArgs>('1.2') },
});
