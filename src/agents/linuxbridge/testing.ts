import { ip } from '../../linux/batch.ts';
import { ensureNamespace } from '../../linux/netns.ts';
import { run } from '../../linux/process.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import type { Endpoint, Json } from '../../messaging/transport.ts';
import { bridgeName, tapName } from '../../net/names.ts';
import { adminContext } from '../../rpc/context.ts';
import { client } from '../../rpc/interface.ts';
import {
  bindingActivate,
  bindingDeactivate,
  networkDelete,
  networkUpdate,
  portUpdate,
  securityGroupUpdate,
} from '../../rpc/l2agent.ts';
import type { DeviceDetails } from '../../rpc/l2plugin.ts';
import { l2population } from '../../rpc/l2population.ts';
import { resourcesPush, type VersionedObject } from '../../rpc/resources.ts';
import type { FilteredPort, SecurityGroupInfo } from '../../rpc/securitygroups.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { type RunningAgent, startAgent } from '../runtime/agent.ts';
import { linuxBridgeAgent } from './agent.ts';
import type { Settings } from './settings.ts';

export const NET = '11111111-1111-1111-1111-111111111111';

/** A port's details as the server answers them, for tests. */
export function details(number: number, over: Partial<DeviceDetails> = {}): DeviceDetails {
  const port_id = `${String(number).padStart(8, '0')}-aaaa-4aaa-8aaa-aaaaaaaaaaaa`;
  return {
    device: tapName(port_id),
    network_id: NET,
    port_id,
    mac_address: `fa:16:3e:${number.toString(16).padStart(6, '0').match(/../g)!.join(':')}`,
    admin_state_up: true,
    network_type: 'local',
    segmentation_id: null,
    physical_network: null,
    mtu: 1450,
    fixed_ips: [{ subnet_id: 's', ip_address: `10.0.0.${number}` }],
    device_owner: 'compute:nova',
    allowed_address_pairs: [],
    port_security_enabled: true,
    qos_policy_id: null,
    qos_network_policy_id: null,
    profile: {},
    propagate_uplink_status: false,
    ...over,
  };
}

/** The same port as security_group_info_for_devices answers it. */
export function filteredPort(one: DeviceDetails, over: Partial<FilteredPort> = {}): FilteredPort {
  return {
    id: one.port_id,
    tenant_id: 'p',
    project_id: 'p',
    name: '',
    network_id: one.network_id,
    mac_address: one.mac_address,
    admin_state_up: true,
    status: 'ACTIVE',
    device_id: 'vm',
    device_owner: one.device_owner,
    security_groups: [],
    allowed_address_pairs: one.allowed_address_pairs,
    device: one.device,
    fixed_ips: one.fixed_ips.map((fixed) => fixed.ip_address),
    security_group_source_groups: [],
    security_group_rules: [],
    ...over,
  };
}

/** Answers what neutron-server would, from plain data that the test changes; keeps what agents reported. */
export class ScriptedServer {
  readonly devices = new Map<string, DeviceDetails>();
  info: SecurityGroupInfo = { devices: {}, security_groups: {}, sg_member_ips: {} };
  readonly up: string[] = [];
  readonly down: string[] = [];
  readonly tablesAsked: string[] = [];
  readonly calls: string[] = [];
  /** Runs once, when the next details are looked up and not yet answered. */
  beforeDetails: (() => Promise<void>) | undefined;
  /** Runs once, when the next filters are looked up and not yet answered. */
  beforeFilters: (() => Promise<void>) | undefined;
  /** Runs once, before the next report is answered. */
  beforeReport: (() => Promise<void>) | undefined;
  readonly bus = new Bus();
  readonly transport = inProcess(this.bus);
  readonly l2population = client(this.transport, l2population);
  readonly portUpdate = client(this.transport, portUpdate);
  readonly networkUpdate = client(this.transport, networkUpdate);
  readonly networkDelete = client(this.transport, networkDelete);
  readonly activate = client(this.transport, bindingActivate);
  readonly deactivate = client(this.transport, bindingDeactivate);
  readonly groups = client(this.transport, securityGroupUpdate);
  readonly qosPolicies = client(this.transport, resourcesPush('QosPolicy', '1.10'));
  /** QoS policies by id. */
  readonly policies = new Map<string, VersionedObject>();
  readonly addressGroups = client(this.transport, resourcesPush('AddressGroup', '1.2'));

  async listen(): Promise<void> {
    await this.transport.listen('q-plugin', 'server', [this.#plugin()]);
    const report: Endpoint = { version: '1.2', methods: { report_state: async () => 'alive' } };
    await this.transport.listen('q-reports-plugin', 'server', [report]);
  }

  #plugin(): Endpoint {
    return {
      version: '1.9',
      methods: {
        get_devices_details_list: async (_, args) => {
          const devices = args.devices as string[];
          this.calls.push(`details ${devices.join(' ')}`);
          const found = devices.map((device) => this.devices.get(device) ?? { device });
          const hook = this.beforeDetails;
          this.beforeDetails = undefined;
          await hook?.();
          return found as unknown as Json;
        },
        security_group_info_for_devices: async (_, args) => {
          const wanted = args.devices as string[];
          this.calls.push(`filters ${wanted.join(' ')}`);
          const devices = Object.entries(this.info.devices).filter(([, port]) =>
            wanted.includes(port.device),
          );
          const found = { ...this.info, devices: Object.fromEntries(devices) };
          const hook = this.beforeFilters;
          this.beforeFilters = undefined;
          await hook?.();
          return found as unknown as Json;
        },
        pull: async (_, args) => (this.policies.get(args.resource_id as string) ?? null) as unknown as Json,
        update_device_list: async (_, args) => {
          const hook = this.beforeReport;
          this.beforeReport = undefined;
          await hook?.();
          this.up.push(...(args.devices_up as string[]));
          this.down.push(...(args.devices_down as string[]));
          if (args.refresh_tunnels) this.tablesAsked.push(...(args.devices_up as string[]));
          const answer = {
            devices_up: args.devices_up!,
            devices_down: [],
            failed_devices_up: [],
            failed_devices_down: [],
          };
          return answer as Json;
        },
      },
    };
  }

  context = () => adminContext();
}

export async function startTestAgent(
  server: ScriptedServer,
  over: Partial<Settings>,
  { compareSeconds = 3600, tablesSeconds = 3600, toldAfterSeconds = 10 } = {},
): Promise<RunningAgent> {
  const settings: Settings = {
    interfaces: new Map(),
    bridges: new Map(),
    vxlan: undefined,
    firewall: 'noop',
    ipset: true,
    comments: true,
    qos: undefined,
    ...over,
  };
  const transport = inProcess(server.bus);
  const runtime = { transport, log: recordingLog(), host: 'here', newContext: adminContext };
  const parts = linuxBridgeAgent(runtime, settings, 'lb000000000000', { tablesSeconds, toldAfterSeconds });
  return startAgent({ ...runtime, config: undefined as never }, parts, {
    intervalSeconds: 3600,
    logged: false,
    compareSeconds,
  });
}

/** Plugs a namespace as Nova plugs an instance: the tap is in the network's bridge, the other end in the guest. */
export async function plugGuest(
  one: DeviceDetails,
  guest: string,
  options: { bridge?: boolean } = {},
): Promise<void> {
  await ensureNamespace(guest);
  const bridge = bridgeName(one.network_id);
  const address = one.fixed_ips[0]?.ip_address;
  if (options.bridge !== false)
    await ip([`link add ${bridge} type bridge forward_delay 0`, `link set ${bridge} up`], { force: true });
  await ip([
    `link add ${one.device} type veth peer name eth0 address ${one.mac_address} netns ${guest}`,
    `link set ${one.device} up`,
    ...(options.bridge === false ? [] : [`link set ${one.device} master ${bridge}`]),
  ]);
  await ip([`addr add ${address}/24 dev eth0`, 'link set eth0 up'], { netns: guest });
}

/** Until what was sent to the agent has reached it: it is handed over in the event loop's next turn. */
export const heard = () => new Promise<void>((resolve) => setImmediate(resolve));

export const pings = async (guest: string, address: string): Promise<boolean> =>
  (await run(['ping', '-c1', '-W1', address], { netns: guest, allowed: [0, 1, 2] })).code === 0;
