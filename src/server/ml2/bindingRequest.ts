import type { Kysely } from 'kysely';
import type { Log } from '../../log/log.ts';
import type { Database } from '../db/schema/index.ts';
import { type StoredSegment, segmentsOf } from '../services/networks/rows.ts';
import type { Item, RequestContext } from '../services/service.ts';
import type { BindingRequest, HostAgent, Refusal } from './mechanisms/driver.ts';

/** What is to be bound, and where. */
export type BindingTarget = Pick<BindingRequest, 'portId' | 'networkId' | 'host' | 'vnicType'>;

/** Agents of a host with what they reported; liveness is by the server's clock. */
async function agentsOn(db: Kysely<Database>, host: string, downSeconds: number): Promise<HostAgent[]> {
  const rows = await db.selectFrom('agents').selectAll().where('host', '=', host).execute();
  return rows.map((row) => ({
    agentType: row.agent_type,
    host: row.host,
    enabled: row.admin_state_up !== 0,
    alive: Date.now() - Date.parse(`${row.heartbeat_timestamp.replace(' ', 'T')}Z`) <= downSeconds * 1000,
    startedAt: row.started_at,
    heartbeat: row.heartbeat_timestamp,
    configurations: JSON.parse(row.configurations || '{}') as Item,
  }));
}

/** What drivers decide by; agents not heard of for `downSeconds` count as dead. */
export const bindingRequest = async (
  db: Kysely<Database>,
  target: BindingTarget,
  downSeconds: number,
): Promise<BindingRequest> => ({
  ...target,
  segments: await segmentsOf(db, [target.networkId]),
  agents: await agentsOn(db, target.host, downSeconds),
});

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
  for (const { driver, segment, reason, fix } of refusals) {
    const where = segment === undefined ? '' : ` to ${segment.network_type} segment ${segment.id}`;
    log.error(
      `Port ${portId} is not bound${where}: ${driver} says: ${reason}. To fix it: ${fix}.`,
      context.rpc,
    );
  }
}
