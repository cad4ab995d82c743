import { isUnbound } from '../../../net/vifTypes.ts';
import { defer } from '../../db/deferred.ts';
import { together } from '../../db/together.ts';
import { boundSegments, boundSegmentsQuery } from '../../ml2/binding.ts';
import type { MechanismDriver, Send, WiredPort } from '../../ml2/mechanisms/driver.ts';
import type { Mechanisms } from '../../ml2/mechanisms/index.ts';
import type { Outbox } from '../../notify/outbox.ts';
import { L2_AGENTS } from '../agents/agent.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Tx } from '../service.ts';
import { bumpRevision, databaseTime } from '../standardAttributes.ts';
import type { Work } from '../work.ts';
import type { PortReads } from './reads.ts';
import type { Port } from './rows.ts';
import type { ProvisioningEntity } from './write.ts';

export type PortStatus = 'ACTIVE' | 'BUILD' | 'DOWN';

/** What follows when ports get wired, served or unplugged. */
export interface PortStatuses {
  /** Sets the status of ports and tells agents where they now are, or no longer are. */
  set(work: Work, ports: readonly Port[], status: PortStatus): Promise<void>;
  /**
   * An entity has done its part for ports; those that wait for nothing else become ACTIVE. The ports were locked before they
   * were read (`lockPorts`): of two entities that finish at once the later one sees that none is left, and no agent speaks for a
   * port that has left its host. `refresh` has the host's whole forwarding table sent again, also for ports that were ACTIVE
   * before.
   */
  provisioned(
    work: Work,
    ports: readonly Port[],
    entity: ProvisioningEntity,
    options?: { readonly refresh?: boolean },
  ): Promise<void>;
  /** The ports are wired on a host where their router is standby: agents must flood to it as well. */
  standby(
    work: Work,
    ports: readonly Port[],
    host: string,
    options: { readonly refresh: boolean },
  ): Promise<void>;
  /** The ports are about to leave their host: deleted, unbound or moved. */
  leave(work: Work, ports: readonly Port[]): Promise<void>;
  /** Addresses of a port changed. */
  moved(work: Work, before: Port, after: Port): Promise<void>;
}

interface Parts {
  readonly mechanisms: Mechanisms;
  readonly outbox: Outbox;
  readonly life: Lifecycle;
  readonly reads: PortReads;
}

/** An agent that started less than this ago may have lost what it was told before. */
const BOOT_SECONDS = 180;

/** Hosts of ports whose L2 agent has just started. */
const restartedHosts = (tx: Tx, ports: readonly Port[]) =>
  tx
    .selectFrom('agents')
    .select('host')
    .where('host', 'in', [...new Set(ports.map((port) => port['binding:host_id']))])
    .where('agent_type', 'in', L2_AGENTS)
    .where('started_at', '>', databaseTime(new Date(Date.now() - BOOT_SECONDS * 1000)));

const idsOf = (ports: readonly Port[]): string[] => ports.map(({ id }) => id);

/** A port that is wired is told of, whether DHCP serves it yet or not. */
const TOLD: readonly string[] = ['ACTIVE', 'BUILD'];

export function createPortStatuses({ mechanisms, outbox, life, reads }: Parts): PortStatuses {
  /**
   * Tells the drivers of those ports that are bound to a segment, all at once; their messages go into the outbox.
   * @param known the segments, where they were read with something else
   */
  async function tell(
    work: Work,
    ports: readonly Port[],
    call: (driver: MechanismDriver, wired: readonly WiredPort[], send: Send) => Promise<void> | undefined,
    known?: Awaited<ReturnType<typeof boundSegments>>,
  ): Promise<void> {
    if (ports.length === 0) return;
    const segments = known ?? (await boundSegments(work.tx, idsOf(ports)));
    const last = new Map(segments.map((segment) => [segment.port_id, segment]));
    const wired = ports.flatMap((port) => {
      const segment = last.get(port.id);
      return segment ? [{ port, segment, host: port['binding:host_id'] }] : [];
    });
    if (wired.length === 0) return;
    const messages: Parameters<Send>[0][] = [];
    for (const driver of mechanisms.drivers) await call(driver, wired, (message) => messages.push(message));
    await outbox.add(work.tx, ...messages.map((message) => ({ ...message, context: work.context.rpc })));
  }

  async function write(work: Work, ports: readonly Port[], status: PortStatus): Promise<Port[]> {
    const changed = ports.filter((port) => port.status !== status);
    if (changed.length === 0) return [];
    const ids = idsOf(changed);
    await defer(work.tx, work.tx.updateTable('ports').set({ status }).where('id', 'in', ids));
    await bumpRevision(
      work.tx,
      changed.map((port) => port.standard_attr_id),
    );
    const after = await reads.byIds(work.tx, ids);
    for (const port of after) {
      await life.updated(work, changed.find(({ id }) => id === port.id)!, port);
    }
    return after;
  }

  const leave: PortStatuses['leave'] = (work, ports) =>
    tell(
      work,
      ports.filter(({ status }) => TOLD.includes(status)),
      (driver, wired, send) => driver.portsDown?.(work.tx, wired, send),
    );

  return {
    leave,
    async set(work, ports, status) {
      const after = await write(work, ports, status);
      if (status === 'ACTIVE') {
        await tell(work, after, (driver, wired, send) =>
          driver.portsUp?.(
            work.tx,
            wired.map((one) => ({ ...one, refresh: false })),
            send,
          ),
        );
        return;
      }
      await leave(
        work,
        ports.filter((port) => port.status !== status),
      );
    },
    async provisioned(work, ports, entity, { refresh = false } = {}) {
      const { tx } = work;
      if (ports.length === 0) return;
      const attributes = ports.map((port) => port.standard_attr_id);
      const [[unblocked], blocks, booted, segments] = await together(
        tx,
        tx
          .deleteFrom('provisioningblocks')
          .where('standard_attr_id', 'in', attributes)
          .where('entity', '=', entity),
        tx
          .selectFrom('provisioningblocks')
          .select('standard_attr_id')
          .where('standard_attr_id', 'in', attributes),
        restartedHosts(tx, ports),
        boundSegmentsQuery(tx, idsOf(ports)),
      );
      // A DHCP agent that synchronises tells of all its ports again, also of one whose tap has gone meanwhile.
      if (entity === 'DHCP' && unblocked?.numDeletedRows === 0n) return;
      const blocked = new Set(blocks.map(({ standard_attr_id }) => standard_attr_id));
      const ready = ports.filter(
        (port) =>
          !blocked.has(port.standard_attr_id) && port.admin_state_up && !isUnbound(port['binding:vif_type']),
      );
      const activated = await write(work, ready, 'ACTIVE');
      const isNew = new Set(activated.map(({ id }) => id));
      const restarted = new Set(entity === 'L2' ? booted.map(({ host }) => host) : []);
      // Wired but not served by DHCP yet, or wired again: the others on the network must find it all the same.
      const others = ports.filter(
        (port) =>
          entity === 'L2' &&
          !isNew.has(port.id) &&
          (refresh || port.status !== 'ACTIVE' || restarted.has(port['binding:host_id'])),
      );
      const up: Parameters<typeof tell>[2] = (driver, wired, send) =>
        driver.portsUp?.(
          tx,
          wired.map((one) => ({ ...one, refresh: refresh || restarted.has(one.host) })),
          send,
        );
      await tell(work, [...activated, ...others], up, segments);
    },
    standby: (work, ports, host, { refresh }) =>
      tell(work, ports, (driver, wired, send) =>
        driver.portsUp?.(
          work.tx,
          wired.map((one) => ({ ...one, host, refresh })),
          send,
        ),
      ),
    async moved(work, before, after) {
      if (after.status !== 'ACTIVE') return;
      await tell(work, [after], (driver, [wired], send) => driver.portMoved?.(work.tx, before, wired!, send));
    },
  };
}
