import type { Kysely } from 'kysely';
import { core as coreOptions, scheduling } from '../../config/options/index.ts';
import { isUnbound } from '../../net/vifTypes.ts';
import type { NetworkType, PortDict } from '../../rpc/dicts.ts';
import { message } from '../../rpc/interface.ts';
import { portUpdate } from '../../rpc/l2agent.ts';
import type { ServerContext } from '../context.ts';
import { isDuplicate } from '../db/errors.ts';
import { sortedPythonJson } from '../db/pythonJson.ts';
import type { Database } from '../db/schema/index.ts';
import type { OutboxMessage } from '../notify/outbox.ts';
import { extensionDrivers } from '../services/extensions/drivers.ts';
import { macOfBinding } from '../services/ports/mac.ts';
import { written } from '../services/ports/present.ts';
import { createPortReads } from '../services/ports/reads.ts';
import type { Item, RequestContext, Tx } from '../services/service.ts';
import { bumpRevision } from '../services/standardAttributes.ts';
import { transact } from '../services/work.ts';
import { type BindingTarget, bindingRequest, reportRefusals } from './bindingRequest.ts';
import type { BindingOutcome, BindingRequest, Bound } from './mechanisms/driver.ts';
import type { Mechanisms } from './mechanisms/index.ts';

export interface PortBinder {
  /** Binds a port that has a host and no binding yet; a failure marks it binding_failed. Never throws for that. */
  bind(context: RequestContext, portId: string, options?: { readonly notify?: boolean }): Promise<void>;
  /** How the drivers would bind a port to another host; undefined when none can, which is logged. */
  decide(context: RequestContext, target: BindingTarget): Promise<Bound | undefined>;
  /** Whether an agent of the host reports when a port is wired. */
  wiredByAgent(db: Kysely<Database>, vnicType: string, host: string): Promise<boolean>;
  /** The cast that tells agents of a bound port's change; undefined when the port is bound to no segment. */
  updateNotice(tx: Tx, context: RequestContext, port: Item): Promise<OutboxMessage | undefined>;
}

const ATTEMPTS = 2;

/** The segment that the port's binding on its host ends at. */
export const boundSegmentsQuery = (db: Kysely<Database>, portIds: readonly string[]) =>
  db
    .selectFrom('ml2_port_binding_levels')
    .innerJoin('ml2_port_bindings', (join) =>
      join
        .onRef('ml2_port_bindings.port_id', '=', 'ml2_port_binding_levels.port_id')
        .onRef('ml2_port_bindings.host', '=', 'ml2_port_binding_levels.host')
        .on('ml2_port_bindings.status', '=', 'ACTIVE'),
    )
    .innerJoin('networksegments', 'networksegments.id', 'ml2_port_binding_levels.segment_id')
    .select([
      'ml2_port_binding_levels.port_id',
      'networksegments.id',
      'networksegments.network_id',
      'networksegments.network_type',
      'networksegments.physical_network',
      'networksegments.segmentation_id',
      'networksegments.standard_attr_id',
    ])
    .where('ml2_port_binding_levels.port_id', 'in', portIds)
    .orderBy('ml2_port_binding_levels.level');

export const boundSegments = (db: Kysely<Database>, portIds: readonly string[]) =>
  boundSegmentsQuery(db, portIds).execute();

export function createPortBinder(server: ServerContext, mechanisms: Mechanisms): PortBinder {
  const { db, config, outbox } = server;
  const managerLog = server.log.named('neutron.plugins.ml2.managers');
  const pluginLog = server.log.named('neutron.plugins.ml2.plugin');
  const reads = createPortReads(extensionDrivers(config));
  const downSeconds = config.group(scheduling).agent_down_time;

  const bindingOf = (connection: Kysely<Database>, portId: string) =>
    connection
      .selectFrom('ports')
      .innerJoin('ml2_port_bindings', 'ml2_port_bindings.port_id', 'ports.id')
      .select([
        'ports.id',
        'ports.network_id',
        'ports.standard_attr_id',
        'ml2_port_bindings.host',
        'ml2_port_bindings.vif_type',
        'ml2_port_bindings.vnic_type',
        'ml2_port_bindings.profile',
      ])
      .where('ports.id', '=', portId)
      .where('ml2_port_bindings.status', '=', 'ACTIVE');

  type Binding = Awaited<ReturnType<ReturnType<typeof bindingOf>['executeTakeFirstOrThrow']>>;

  async function requestFor(portId: string) {
    const binding = await bindingOf(db.kysely, portId).executeTakeFirst();
    if (binding === undefined) return undefined;
    const { network_id: networkId, host, vnic_type: vnicType } = binding;
    const request = await bindingRequest(db.kysely, { portId, networkId, host, vnicType }, downSeconds);
    return { binding, request };
  }

  /** Writes the outcome unless someone bound, moved or deleted the port meanwhile; true when it is done with. */
  async function commit(
    context: RequestContext,
    request: BindingRequest,
    outcome: BindingOutcome,
    notify: boolean,
  ): Promise<boolean> {
    const { portId, host } = request;
    return transact(server, context, async ({ tx }) => {
      const current = await bindingOf(tx, portId).forUpdate().executeTakeFirst();
      if (current === undefined || !isUnbound(current.vif_type)) return true;
      if (current.host !== host) return current.host === '';
      const bound = (await takesMac(tx, current)) && 'bound' in outcome ? outcome.bound : undefined;
      const vif = {
        vif_type: bound?.vifType ?? 'binding_failed',
        vif_details: bound === undefined ? '' : sortedPythonJson(bound.vifDetails),
      };
      if (bound === undefined && current.vif_type === 'binding_failed') return true;
      await tx
        .updateTable('ml2_port_bindings')
        .set(vif)
        .where('port_id', '=', portId)
        .where('host', '=', host)
        .execute();
      await bumpRevision(tx, [current.standard_attr_id]);
      if (bound === undefined) return true;
      await tx
        .insertInto('ml2_port_binding_levels')
        .values({ port_id: portId, host, level: 0, driver: bound.driver, segment_id: bound.segment.id })
        .execute();
      if (notify) {
        const [port] = await loadForNotice(tx, portId);
        const notice = port && (await updateNotice(tx, context, port));
        if (notice !== undefined) await outbox.add(tx, notice);
      }
      return true;
    });
  }

  /** A port that is a whole network card takes the card's MAC with its binding; false when another port has that. */
  async function takesMac(tx: Tx, binding: Binding): Promise<boolean> {
    const profile = binding.profile === '' ? {} : (JSON.parse(binding.profile) as Item);
    const mac_address = macOfBinding(binding.vnic_type, profile, config.group(coreOptions).base_mac);
    if (mac_address === undefined) return true;
    try {
      await tx.updateTable('ports').set({ mac_address }).where('id', '=', binding.id).execute();
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const text = `Port ${binding.id} is not bound: the MAC address ${mac_address} of its profile is in use on network ${binding.network_id}`;
      pluginLog.error(text);
      return false;
    }
  }

  async function loadForNotice(tx: Tx, portId: string): Promise<Item[]> {
    return reads.byIds(tx, [portId]);
  }

  const updateNotice: PortBinder['updateNotice'] = async (tx, context, port) => {
    const [segment] = await boundSegments(tx, [port.id as string]);
    if (segment === undefined) return undefined;
    const args = {
      port: written(port) as unknown as PortDict,
      network_type: segment.network_type as NetworkType,
      segmentation_id: segment.segmentation_id,
      physical_network: segment.physical_network,
    };
    return { ...message(portUpdate, 'port_update', args, { fanout: true }), context: context.rpc };
  };

  return {
    updateNotice,
    async bind(context, portId, { notify = false } = {}) {
      for (let attempt = 1; ; attempt += 1) {
        if (attempt > 1) pluginLog.info(`Attempt ${attempt} to bind port ${portId}`, context.rpc);
        const found = await requestFor(portId);
        if (found === undefined || found.binding.host === '') return;
        if (!isUnbound(found.binding.vif_type)) return;
        const outcome = mechanisms.bind(found.request);
        const bound = 'bound' in outcome;
        if (!bound) reportRefusals(managerLog, context, found.request, outcome.refusals);
        if (!bound && attempt < ATTEMPTS) continue;
        if (await commit(context, found.request, outcome, notify)) return;
        if (attempt >= ATTEMPTS * 5) {
          pluginLog.error(
            `Failed to commit binding results for ${portId} after ${attempt} tries`,
            context.rpc,
          );
          return;
        }
      }
    },
    async decide(context, target) {
      for (let attempt = 1; ; attempt += 1) {
        const request = await bindingRequest(db.kysely, target, downSeconds);
        const outcome = mechanisms.bind(request);
        if ('bound' in outcome) return outcome.bound;
        reportRefusals(managerLog, context, request, outcome.refusals);
        if (attempt === ATTEMPTS) return undefined;
      }
    },
    async wiredByAgent(connection, vnicType, host) {
      const types = mechanisms.drivers.flatMap(({ agentType, vnicTypes }) =>
        agentType !== undefined && vnicTypes?.includes(vnicType) ? [agentType] : [],
      );
      if (types.length === 0) return false;
      const agent = await connection
        .selectFrom('agents')
        .select('id')
        .where('host', '=', host)
        .where('agent_type', 'in', types)
        .executeTakeFirst();
      return agent !== undefined;
    },
  };
}
