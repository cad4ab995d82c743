import type { ServerContext } from '../../../context.ts';
import { listRows } from '../../listing.ts';
import type { RequestContext, ResourceService } from '../../service.ts';
import { bumpRevision } from '../../standardAttributes.ts';
import { transact } from '../../work.ts';
import type { Port } from '../rows.ts';
import { activateBinding } from './activate.ts';
import { createBinding } from './create.ts';
import { type BindingParts, bindingNotFound, findBinding } from './decide.ts';
import { checkServerPort, lockPort } from './lock.ts';
import { bareBinding, bindingQuery, bindingShape, presentBinding } from './rows.ts';
import { updateBinding } from './update.ts';
import { deleteBinding } from './writing.ts';

/** The bindings of one port: the active one, and those prepared on hosts that it may move to. */
export const createPortBindings =
  (server: ServerContext, parts: BindingParts) =>
  (portId: string): ResourceService => {
    const { ports } = parts;
    const bindings = { ...parts, server, portId };

    const checkPort = async (context: RequestContext): Promise<void> =>
      checkServerPort((await ports.get(context, portId)) as Port);

    return {
      async list(context, query) {
        await checkPort(context);
        const rows = await listRows(bindingQuery(server.db.kysely, portId), bindingShape(portId), query);
        return rows.map(presentBinding);
      },
      async get(context, host) {
        await checkPort(context);
        return presentBinding(await findBinding(bindings, host));
      },
      create: async (context, [item = {}]) => [await createBinding(bindings, context, item)],
      update: (context, host, changes) => updateBinding(bindings, context, host, changes),
      delete: (context, host) =>
        transact(server, context, async (work) => {
          const { port, bindings: rows } = await lockPort(work, ports, portId);
          const row = rows.find((binding) => binding.host === host);
          if (row === undefined) throw bindingNotFound(portId, host);
          if (row.status === 'ACTIVE') await ports.statuses.leave(work, [port]);
          await deleteBinding(work.tx, portId, host);
          await bumpRevision(work.tx, [port.standard_attr_id]);
        }),
      actions: {
        async activate(context, host) {
          await transact(server, context, (work) => activateBinding(work, bindings, host));
          return bareBinding(await findBinding(bindings, host));
        },
      },
    };
  };
