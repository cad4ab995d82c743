import type { ServerContext } from '../../../context.ts';
import { fault } from '../../../errors/index.ts';
import type { PortBinder } from '../../../ml2/binding.ts';
import type { BindingTarget } from '../../../ml2/bindingRequest.ts';
import type { Bound } from '../../../ml2/mechanisms/driver.ts';
import { listRows } from '../../listing.ts';
import type { Item, RequestContext, ResourceService } from '../../service.ts';
import { bumpRevision } from '../../standardAttributes.ts';
import { transact } from '../../work.ts';
import type { PortService } from '../index.ts';
import { activateBinding } from './activate.ts';
import {
  type BindingRow,
  bareBinding,
  bindingQuery,
  bindingShape,
  presentBinding,
  storedProfile,
} from './rows.ts';
import {
  checkServerPort,
  deleteBinding,
  insertBinding,
  insertLevel,
  lockPort,
  vifColumns,
} from './writing.ts';

/** What bindings need of other parts. */
export interface BindingParts {
  readonly ports: PortService;
  readonly binder: PortBinder;
}

const hostOf = (given: unknown): string => String(given ?? '');

/** The bindings of one port: the active one, and those prepared on hosts that it may move to. */
export const createPortBindings =
  (server: ServerContext, parts: BindingParts) =>
  (portId: string): ResourceService => {
    const { ports, binder } = parts;
    const { db } = server;
    const query = bindingQuery(db.kysely, portId);
    const notFound = (host: string) => fault('PortBindingNotFound', { port_id: portId, host });

    async function find(host: string): Promise<BindingRow> {
      const row = await query.where('host', '=', host).executeTakeFirst();
      if (row === undefined) throw notFound(host);
      return row;
    }

    /** What the drivers make of a target; a binding on no host stays unbound. @throws PortBindingError (500) */
    async function decide(context: RequestContext, target: BindingTarget): Promise<Bound | undefined> {
      if (target.host === '') return undefined;
      const bound = await binder.decide(context, target);
      if (bound === undefined) throw fault('PortBindingError', { port_id: portId, host: target.host });
      return bound;
    }

    /** The active binding, after the port was bound by it. @throws PortBindingError (500) */
    async function bound(host: string): Promise<Item> {
      const row = await find(host);
      if (row.vif_type === 'binding_failed') throw fault('PortBindingError', { port_id: portId, host });
      return presentBinding(row);
    }

    async function checkPort(context: RequestContext): Promise<void> {
      checkServerPort((await ports.get(context, portId)) as Parameters<typeof checkServerPort>[0]);
    }

    /** A port that lost its active binding gets one; undefined when it has one. */
    const createActive = (context: RequestContext, row: BindingRow) =>
      transact(server, context, async (work) => {
        const { port, bindings } = await lockPort(work, ports, portId);
        if (bindings.some(({ host }) => host === row.host)) {
          throw fault('PortBindingAlreadyExists', { port_id: portId, host: row.host });
        }
        if (bindings.some(({ status }) => status === 'ACTIVE')) return port;
        await insertBinding(work.tx, { ...row, status: 'ACTIVE' });
        await ports.updateIn(work, portId, { status: 'DOWN' });
        work.after(() => binder.bind(context, portId, { notify: true }));
        return undefined;
      });

    return {
      async list(context, given) {
        await checkPort(context);
        return (await listRows(query, bindingShape(portId), given)).map(presentBinding);
      },
      async get(context, host) {
        await checkPort(context);
        return presentBinding(await find(host));
      },

      async create(context, [item = {}]) {
        const host = hostOf(item.host);
        const vnicType = item.vnic_type as string;
        const row = {
          port_id: portId,
          host,
          vnic_type: vnicType,
          profile: storedProfile(item.profile),
          status: 'INACTIVE',
          ...vifColumns(undefined),
        };
        const port = await createActive(context, row);
        if (port === undefined) return [await bound(host)];
        const decided = await decide(context, { portId, networkId: port.network_id, host, vnicType });
        const made = { ...row, ...vifColumns(decided) };
        await transact(server, context, async ({ tx }) => {
          await insertBinding(tx, made);
          if (decided !== undefined) await insertLevel(tx, portId, host, decided);
          await bumpRevision(tx, [port.standard_attr_id]);
        });
        return [presentBinding(made)];
      },

      async update(context, host, changes) {
        const profile = storedProfile(changes.profile);
        const before = await transact(server, context, async (work) => {
          const { port, bindings } = await lockPort(work, ports, portId);
          const row = bindings.find((binding) => binding.host === host);
          if (row === undefined) throw notFound(host);
          const wanted = {
            host: 'host' in changes && changes.host ? hostOf(changes.host) : host,
            vnic_type: (changes.vnic_type ?? row.vnic_type) as string,
            profile,
          };
          if (wanted.host !== host && bindings.some((other) => other.host === wanted.host)) {
            throw fault('PortBindingAlreadyExists', { port_id: portId, host: wanted.host });
          }
          if (row.status === 'ACTIVE') {
            await ports.updateIn(work, portId, {
              'binding:host_id': wanted.host,
              'binding:vnic_type': wanted.vnic_type,
              'binding:profile': changes.profile ?? {},
            });
          }
          return { port, row, wanted };
        });
        const { port, row, wanted } = before;
        if (row.status === 'ACTIVE') return bound(wanted.host);

        const moved =
          wanted.host !== host || wanted.vnic_type !== row.vnic_type || row.vif_type === 'unbound';
        const target = {
          portId,
          networkId: port.network_id,
          host: wanted.host,
          vnicType: wanted.vnic_type,
        };
        const decided = moved ? await decide(context, target) : undefined;
        return transact(server, context, async (work) => {
          const { bindings } = await lockPort(work, ports, portId);
          const current = bindings.find((binding) => binding.host === host);
          if (current?.status !== 'INACTIVE') throw notFound(host);
          const after = { ...current, ...wanted, ...(moved ? vifColumns(decided) : {}) };
          if (moved) {
            await deleteBinding(work.tx, portId, host);
            await insertBinding(work.tx, after);
            if (decided !== undefined) await insertLevel(work.tx, portId, after.host, decided);
          } else {
            await work.tx
              .updateTable('ml2_port_bindings')
              .set({ profile })
              .where('port_id', '=', portId)
              .where('host', '=', host)
              .execute();
          }
          await bumpRevision(work.tx, [port.standard_attr_id]);
          return presentBinding(after);
        });
      },

      delete: (context, host) =>
        transact(server, context, async (work) => {
          const { port, bindings } = await lockPort(work, ports, portId);
          const row = bindings.find((binding) => binding.host === host);
          if (row === undefined) throw notFound(host);
          if (row.status === 'ACTIVE') await ports.statuses.leave(work, [port]);
          await deleteBinding(work.tx, portId, host);
          await bumpRevision(work.tx, [port.standard_attr_id]);
        }),

      actions: {
        async activate(context, host) {
          await transact(server, context, (work) => activateBinding(server, parts, work, portId, host));
          return bareBinding(await find(host));
        },
      },
    };
  };
