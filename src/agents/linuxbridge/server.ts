import type { RpcContext, Transport } from '../../messaging/transport.ts';
import { client } from '../../rpc/interface.ts';
import { type DeviceDetails, isKnownDevice, l2plugin } from '../../rpc/l2plugin.ts';
import { resourcesPull, type VersionedObject } from '../../rpc/resources.ts';
import { type SecurityGroupInfo, securityGroups } from '../../rpc/securitygroups.ts';
import { RESOURCE_VERSIONS } from './resourceVersions.ts';

/** Devices asked about in one message: the server works through them one by one. */
const CHUNK = 100;
/** Devices told of in one message: a busy Python server records them at seconds each, and must answer in a minute. */
const REPORT_CHUNK = 10;

export interface Report {
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** Among `up`: one of each network whose whole forwarding table is needed. */
  readonly tablesFor: readonly string[];
}

/** What this agent asks of neutron-server and tells it. */
export class Server {
  readonly #plugin;
  readonly #groups;
  readonly #resources;
  readonly #who: { readonly agent_id: string; readonly host: string };
  readonly #newContext: () => RpcContext;

  constructor(transport: Transport, newContext: () => RpcContext, agentId: string, host: string) {
    this.#plugin = client(transport, l2plugin);
    this.#groups = client(transport, securityGroups);
    this.#resources = client(transport, resourcesPull);
    this.#who = { agent_id: agentId, host };
    this.#newContext = newContext;
  }

  /** How to wire these devices; those that belong to no port of this host are left out. */
  async details(devices: readonly string[]): Promise<ReadonlyMap<string, DeviceDetails>> {
    const found = new Map<string, DeviceDetails>();
    for (const chunk of chunks(devices)) {
      const answer = await this.#plugin.get_devices_details_list(this.#newContext(), {
        devices: chunk,
        ...this.#who,
      });
      for (const details of answer) if (isKnownDevice(details)) found.set(details.device, details);
    }
    return found;
  }

  /** A QoS policy with its rules; null when there is none any more. */
  policy = (resource_id: string): Promise<VersionedObject | null> =>
    this.#resources.pull(this.#newContext(), {
      resource_type: 'QosPolicy',
      version: RESOURCE_VERSIONS.QosPolicy,
      resource_id,
    });

  async filters(devices: readonly string[]): Promise<SecurityGroupInfo> {
    const all: SecurityGroupInfo = { devices: {}, security_groups: {}, sg_member_ips: {} };
    for (const chunk of chunks(devices)) {
      const answer = await this.#groups.security_group_info_for_devices(this.#newContext(), {
        devices: chunk,
        call_version: '1.3',
      });
      Object.assign(all.devices, answer.devices);
      Object.assign(all.security_groups, answer.security_groups);
      for (const [group, members] of Object.entries(answer.sg_member_ips)) {
        all.sg_member_ips[group] = { ...all.sg_member_ips[group], ...members };
      }
    }
    return all;
  }

  /** Tells which devices are wired and which are not; returns those that the server could not record. */
  async report({ up, down, tablesFor }: Report): Promise<readonly string[]> {
    const plain = up.filter((device) => !tablesFor.includes(device));
    const failed: string[] = [];
    for (const some of chunks(tablesFor, REPORT_CHUNK)) failed.push(...(await this.#list(some, [], true)));
    const [ups, downs] = [plain, down].map((devices) => [...chunks(devices, REPORT_CHUNK)]);
    for (let at = 0; at < Math.max(ups!.length, downs!.length); at++)
      failed.push(...(await this.#list(ups![at] ?? [], downs![at] ?? [], false)));
    return failed;
  }

  async #list(up: readonly string[], down: readonly string[], tables: boolean): Promise<readonly string[]> {
    const answer = await this.#plugin.update_device_list(this.#newContext(), {
      devices_up: [...up],
      devices_down: [...down],
      ...this.#who,
      refresh_tunnels: tables,
    });
    return [...answer.failed_devices_up, ...answer.failed_devices_down];
  }
}

function* chunks(devices: readonly string[], size = CHUNK): Generator<string[]> {
  for (let at = 0; at < devices.length; at += size) yield devices.slice(at, at + size);
}
