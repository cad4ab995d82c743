import { MessagingTimeout, NoReceiver } from '../../messaging/errors.ts';
import { isUnbound } from '../../net/vifTypes.ts';
import { client } from '../../rpc/interface.ts';
import { PROBE_OWNER, type Probe, type Probed, probes } from '../../rpc/probes.ts';
import type { ServerContext } from '../context.ts';
import { badRequest, fault } from '../errors/index.ts';
import type { Answers } from '../http/registry.ts';
import { adminRequest } from '../services/admin.ts';
import type { ResourceHooks } from '../services/hooks.ts';
import type { Lookup } from '../services/neighbours.ts';
import type { PortService } from '../services/ports/index.ts';
import type { Port } from '../services/ports/rows.ts';
import type { Item } from '../services/service.ts';
import { transact } from '../services/work.ts';
import { describePort } from './describe.ts';
import { givenProbe } from './given.ts';

/** An agent of ours that lives answers at once. */
const ANSWERS_SECONDS = 5;
/** What wiring a port may take, and a probe longer than it was told. */
const WIRING_SECONDS = 15;
const USUAL_MINUTES = 5;
const NAME = 'nts-probe';

/** Where a probe port is wanted. */
export interface ProbePlace {
  readonly networkId: string;
  readonly host: string;
  /** Absent: any subnet of the network. */
  readonly subnetId?: string;
  /** Those that filter it; absent: the project's default one. */
  readonly securityGroups?: readonly string[];
  readonly projectId: string;
}

export type Send = (probe: Probe) => Promise<Probed>;

/** Sends probes from ports that no machine uses, by the Linux bridge agents of their hosts. */
export interface Prober {
  /** From a port with owner compute:probe, which is plugged first. 'not checked' when its agent cannot. */
  send(portId: string, probe: Probe, minutes?: number): Promise<Probed>;
  /** Makes a probe port for as long as the work takes. */
  withPort<T>(place: ProbePlace, work: (send: Send, port: Port) => Promise<T>): Promise<T>;
  /** Has a probe port that was deleted unplugged. */
  readonly port: ResourceHooks;
}

interface Parts {
  readonly networks: Lookup;
  readonly subnets: Lookup;
  readonly ports: PortService;
}

export function createProber(server: ServerContext, { networks, subnets, ports }: Parts): Prober {
  const agents = client(server.transport, probes);
  const { kysely } = server.db;

  const send: Prober['send'] = async (portId, probe, minutes = USUAL_MINUTES) => {
    const port = await ports.getIn(kysely, portId);
    if (!port) throw fault('PortNotFound', { port_id: portId });
    if (port.device_owner !== PROBE_OWNER) {
      const message = `Port ${portId} is not one to send probes from: its device_owner is not ${PROBE_OWNER}.`;
      throw badRequest(message);
    }
    const host = port['binding:host_id'];
    const unbound = whyUnbound(port);
    if (unbound !== undefined) return notChecked(unbound);
    const [network, ofNetwork] = await Promise.all([
      networks.getIn(kysely, port.network_id),
      subnets.listIn(kysely, { network_id: [port.network_id] }),
    ]);
    const context = adminRequest().rpc;
    try {
      const described = describePort(port, network!, ofNetwork, minutes);
      const plugging = { server: host, timeoutSeconds: ANSWERS_SECONDS, present: true };
      await agents.plug(context, { port: described }, plugging);
      const timeoutSeconds = WIRING_SECONDS + (probe.seconds ?? 0);
      return await agents.run(context, { port_id: portId, probe }, { server: host, timeoutSeconds });
    } catch (error) {
      return notChecked(inWords(error, host));
    }
  };

  return {
    send,
    async withPort({ networkId, host, subnetId, securityGroups, projectId }, work) {
      const context = adminRequest();
      const wanted: Item = {
        name: NAME,
        admin_state_up: true,
        network_id: networkId,
        tenant_id: projectId,
        project_id: projectId,
        device_id: NAME,
        device_owner: PROBE_OWNER,
        'binding:host_id': host,
        ...(securityGroups === undefined ? {} : { security_groups: securityGroups }),
        ...(subnetId === undefined ? {} : { fixed_ips: [{ subnet_id: subnetId }] }),
      };
      const made = await transact(server, context, (inWork) => ports.createIn(inWork, wanted));
      try {
        const port = (await ports.getIn(kysely, made.id)) ?? made;
        return await work((probe) => send(made.id, probe), port);
      } finally {
        await transact(server, context, (inWork) => ports.deleteIn(inWork, made.id));
      }
    },
    port: {
      // An agent that is not reached now removes the probe when its time is over.
      async deleted({ rpc }, item) {
        const host = item['binding:host_id'];
        if (item.device_owner === PROBE_OWNER && typeof host === 'string' && host !== '')
          await agents.unplug(rpc, { port_id: item.id as string }, { server: host });
      },
    },
  };
}

/** Answers `POST /v2.0/ports/ID/probes`. */
export const answerProbes =
  ({ send }: Prober): Answers =>
  ({ id, body }) => {
    const { probe, minutes } = givenProbe(body);
    return send(id, probe, minutes);
  };

function whyUnbound(port: Port): string | undefined {
  const host = port['binding:host_id'];
  const type = port['binding:vif_type'];
  if (host === '') return 'the port is on no host: its binding:host_id is empty';
  return isUnbound(type) ? `the port is not bound to ${host}: ${type}` : undefined;
}

function inWords(error: unknown, host: string): string {
  if (error instanceof NoReceiver || error instanceof MessagingTimeout)
    return `the Linux bridge agent of host ${host} does not answer: it is not ours, or it does not run`;
  return `the Linux bridge agent of host ${host}: ${error instanceof Error ? error.message : error}`;
}

const notChecked = (why: string): Probed => ({ result: 'not checked', evidence: [why], measured: {} });
