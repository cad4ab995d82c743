import type { AllowedAddressPair, FixedIp, NetworkDict, NetworkType, PortDict } from './dicts.ts';
import { call, defineInterface } from './interface.ts';

/** How to wire a device; the answer for a device no port belongs to, or not bound here, has only `device`. */
export interface DeviceDetails {
  /** As the agent named it. */
  device: string;
  network_id: string;
  port_id: string;
  mac_address: string;
  admin_state_up: boolean;
  network_type: NetworkType;
  segmentation_id: number | null;
  physical_network: string | null;
  mtu: number;
  fixed_ips: FixedIp[];
  device_owner: string;
  allowed_address_pairs: AllowedAddressPair[];
  port_security_enabled: boolean;
  qos_policy_id: string | null;
  qos_network_policy_id: string | null;
  profile: Record<string, unknown>;
  propagate_uplink_status: boolean;
}

export interface UnknownDevice {
  device: string;
  /** There is such a port, but it is bound elsewhere: a live migration has not come here yet. */
  no_active_binding?: true;
}

export const isKnownDevice = (details: DeviceDetails | UnknownDevice): details is DeviceDetails =>
  'port_id' in details;

/** A tap name, a MAC or a port's UUID; or a MAC with a PCI slot, which SR-IOV agents send. agent_id of the linuxbridge agent is 'lb' and its MAC's hex digits. */
export type DeviceName = string | [mac: string, pciSlot: string | null];

interface DeviceArgs {
  device: DeviceName;
  agent_id: string;
  host: string;
}

interface DevicesArgs {
  devices: DeviceName[];
  agent_id: string;
  host: string;
}

export interface DeviceDown {
  device: string;
  /** False when the port went meanwhile; of a port that was never there Neutron says true. */
  exists: boolean;
}

/** ML2's side of the L2 agents. */
export const l2plugin = defineInterface({
  topic: 'q-plugin',
  version: '1.9',
  methods: {
    get_device_details: call<DeviceArgs, DeviceDetails | UnknownDevice>('1.9'),
    get_devices_details_list: call<DevicesArgs, (DeviceDetails | UnknownDevice)[]>('1.9'),
    get_devices_details_list_and_failed_devices: call<
      DevicesArgs,
      { devices: (DeviceDetails | UnknownDevice)[]; failed_devices: string[] }
    >('1.5'),
    get_network_details: call<{ network: string; agent_id: string; host: string }, NetworkDict>('1.6'),
    update_device_up: call<DeviceArgs, null>('1.9'),
    update_device_down: call<DeviceArgs, DeviceDown>('1.9'),
    update_device_list: call<
      {
        devices_up?: DeviceName[];
        devices_down?: DeviceName[];
        agent_id: string;
        host: string;
        /** True asks for the whole forwarding table again. */
        refresh_tunnels?: boolean;
      },
      {
        devices_up: DeviceName[];
        failed_devices_up: string[];
        devices_down: DeviceDown[];
        failed_devices_down: string[];
      }
    >('1.9'),
    tunnel_sync: call<
      { tunnel_ip: string; tunnel_type: string; host: string },
      { tunnels: { ip_address: string; udp_port: number; host: string | null }[] }
    >('1.4'),
    get_ports_by_vnic_type_and_host: call<{ vnic_type: string; host: string }, PortDict[]>('1.7'),
  },
});
