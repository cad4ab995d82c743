import type { Kysely } from 'kysely';
import { oneLine } from '../../health/render.ts';
import type { Log } from '../../log/log.ts';
import type { Database } from '../db/schema/index.ts';
import { type ReportingAgent, reportingAgent } from '../services/agents/reporting.ts';
import { type StoredSegment, segmentsOf } from '../services/networks/rows.ts';
import type { RequestContext } from '../services/service.ts';
import type { BindingRequest, Refusal } from './mechanisms/driver.ts';
import { AGENT_TYPE } from './mechanisms/linuxbridge.ts';

/** What is to be bound, and where. */
export type BindingTarget = Pick<BindingRequest, 'portId' | 'networkId' | 'host' | 'vnicType'>;

/** The hosts that agents wire ports on. */
export const hostsOf = (agents: readonly Pick<ReportingAgent, 'agentType' | 'host'>[]): string[] =>
  [...new Set(agents.flatMap(({ agentType, host }) => (agentType === AGENT_TYPE ? [host] : [])))].toSorted();

/** What drivers decide by; agents not heard of for `downSeconds` count as dead. */
export async function bindingRequest(
  db: Kysely<Database>,
  target: BindingTarget,
  downSeconds: number,
): Promise<BindingRequest> {
  const segments = await segmentsOf(db, [target.networkId]);
  const rows = await db.selectFrom('agents').selectAll().where('host', '=', target.host).execute();
  const agents = rows.map((row) => reportingAgent(row, downSeconds));
  if (hostsOf(agents).length > 0) return { ...target, segments, agents, knownHosts: [target.host] };
  const all = await db.selectFrom('agents').select(['agent_type', 'host']).execute();
  const knownHosts = hostsOf(all.map(({ agent_type, host }) => ({ agentType: agent_type, host })));
  return { ...target, segments, agents, knownHosts };
}

const segmentText = (segments: readonly StoredSegment[]): string =>
  JSON.stringify(
    segments.map(({ id, network_id, network_type, physical_network, segmentation_id }) => ({
      id,
      network_type,
      physical_network,
      segmentation_id,
      network_id,
    })),
  );

/** Logs why no driver binds. */
export function reportRefusals(
  log: Log,
  context: RequestContext,
  request: BindingRequest,
  refusals: readonly Refusal[],
): void {
  const { portId, host, vnicType, segments } = request;
  log.error(
    `Failed to bind port ${portId} on host ${host} for vnic_type ${vnicType} using segments ${segmentText(segments)}`,
    context.rpc,
  );
  for (const { driver, segment, finding } of refusals) {
    const where = segment === undefined ? '' : ` to ${segment.network_type} segment ${segment.id}`;
    log.error(`Port ${portId} is not bound${where}: ${driver} says: ${oneLine(finding)}`, context.rpc);
  }
}
