import { nearest } from '../../../config/nearest.ts';
import type { Config } from '../../../config/option.ts';
import { ml2, scheduling } from '../../../config/options/index.ts';
import type { Log } from '../../../log/log.ts';
import type { RpcContext } from '../../../messaging/transport.ts';
import type { Tx } from '../../services/service.ts';
import type { BindingDriver, Bound, Refusal } from './driver.ts';
import { linuxbridge } from './linuxbridge.ts';

export type { Bound, Refusal } from './driver.ts';

export interface BindingRequest {
  readonly portId: string;
  readonly networkId: string;
  readonly host: string;
  readonly vnicType: string;
}

/** Either how the port is connected, or every driver's reason for every segment. */
export type BindingOutcome =
  | { readonly bound: Bound }
  | { readonly bound?: undefined; readonly refusals: readonly Refusal[] };

/** Mechanism drivers that bind; l2population only listens to what the others bind. */
const DRIVERS: readonly BindingDriver[] = [linuxbridge];
const LISTENERS = ['l2population'];

export interface PortBinder {
  /** Decides how a port is connected on its host; only reads, so it may run inside the port's transaction. */
  bind(tx: Tx, request: BindingRequest): Promise<BindingOutcome>;
  /** Says in the log that a port could not be bound, as Neutron does, and then why. */
  logFailure(request: BindingRequest, refusals: readonly Refusal[], context: RpcContext): void;
}

/** The drivers of [ml2] mechanism_drivers, in their order. Throws for a name that is not a driver. */
export function createPortBinder(config: Config, log: Log): PortBinder {
  const names = config.group(ml2).mechanism_drivers;
  const known = [...DRIVERS.map(({ name }) => name), ...LISTENERS];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    throw new Error(
      `[ml2] mechanism_drivers: no driver ${unknown}${near ? `; did you mean ${near}?` : ''} Known: ${known.join(', ')}`,
    );
  }
  const drivers = DRIVERS.filter(({ name }) => names.includes(name));
  const agentDownTime = config.group(scheduling).agent_down_time;
  const managers = log.named('neutron.plugins.ml2.managers');

  return {
    async bind(tx, { portId, networkId, host, vnicType }) {
      const segments = await tx
        .selectFrom('networksegments')
        .select(['id', 'network_type', 'physical_network', 'segmentation_id'])
        .where('network_id', '=', networkId)
        .orderBy('segment_index')
        .execute();
      const agents = await tx.selectFrom('agents').selectAll().where('host', '=', host).execute();
      const refusals: Refusal[] = [];
      for (const driver of drivers) {
        const answer = driver.bind({ portId, host, vnicType, segments, agents, agentDownTime });
        if ('vifType' in answer) return { bound: answer };
        refusals.push(...answer);
      }
      if (drivers.length === 0)
        refusals.push({
          driver: 'ml2',
          segment: null,
          reason: 'no mechanism driver that binds ports is configured',
          fix: 'set [ml2] mechanism_drivers = linuxbridge,l2population in ml2_conf.ini, restart neutron-server',
        });
      return { refusals };
    },

    logFailure({ portId, host }, refusals, context) {
      managers.error(`Failed to bind port ${portId} on host ${host}`, context);
      for (const { driver, segment, reason, fix } of refusals) {
        const where = segment
          ? ` (segment ${segment.network_type} ${segment.physical_network ?? segment.segmentation_id ?? ''})`
          : '';
        managers.error(
          `Port ${portId} is not bound by ${driver}${where}: ${reason}. To mend it: ${fix}`,
          context,
        );
      }
    },
  };
}
