import type { Endpoint } from '../../messaging/transport.ts';
import { tapName } from '../../net/names.ts';
import { endpoint, type RpcInterface } from '../../rpc/interface.ts';
import {
  bindingActivate,
  bindingDeactivate,
  networkDelete,
  networkUpdate,
  portUpdate,
  securityGroupUpdate,
} from '../../rpc/l2agent.ts';
import { l2population } from '../../rpc/l2population.ts';
import { resourcesPush } from '../../rpc/resources.ts';
import type { Devices } from './devices.ts';
import type { Firewall } from './firewall/firewall.ts';
import type { Forwarding } from './forwarding.ts';
import type { Networks } from './networks.ts';
import type { Qos } from './qos/qos.ts';
import { RESOURCE_VERSIONS } from './resourceVersions.ts';

export interface Desired {
  readonly host: string;
  readonly devices: Devices;
  readonly networks: Networks;
  readonly firewall: Firewall | undefined;
  readonly forwarding: Forwarding | undefined;
  readonly qos: Qos | undefined;
  /** Whether this host has a device of that name. */
  present(device: string): boolean;
  markDevice(device: string, depth: 'wire' | 'filter' | 'check'): void;
  markNetwork(networkId: string): void;
}

/** What the server tells this agent. Each handler changes what is desired, and marks what it concerns. */
export function listens(desired: Desired): { topic: string; endpoints: readonly Endpoint[] }[] {
  const { devices, networks, firewall, forwarding, qos, host, markDevice, markNetwork } = desired;
  const on = <M extends object>(
    definition: RpcInterface<M>,
    handlers: Parameters<typeof endpoint<M>>[1],
  ) => ({
    topic: definition.topic,
    endpoints: [endpoint(definition, handlers)],
  });
  const forward = (touched: readonly string[] | undefined) => {
    for (const networkId of touched ?? []) markNetwork(networkId);
  };
  const refilter = (found: readonly string[] | undefined) => {
    for (const device of new Set([...(found ?? []), ...devices.asking])) markDevice(device, 'filter');
  };
  const bind = (portId: string, where: string, active: boolean) => {
    const device = tapName(portId);
    if (where !== host || !desired.present(device)) return;
    devices.bind(device, active);
    markDevice(device, active ? 'wire' : 'check');
  };
  return [
    on(portUpdate, {
      async port_update(_, { port }) {
        const device = tapName(port.id);
        if (desired.present(device)) markDevice(device, 'wire');
      },
    }),
    on(networkUpdate, {
      async network_update(_, { network }) {
        const unknown = devices.asking.filter((device) => !devices.has(device));
        for (const device of [...devices.onNetwork(network.id), ...unknown]) markDevice(device, 'wire');
      },
    }),
    on(networkDelete, {
      async network_delete(_, { network_id }) {
        networks.delete(network_id);
        markNetwork(network_id);
      },
    }),
    on(securityGroupUpdate, {
      async security_groups_rule_updated(_, { security_groups }) {
        refilter(firewall?.devicesWithRulesOf(security_groups));
      },
      async security_groups_member_updated(_, { security_groups }) {
        refilter(firewall?.devicesWithMembersOf(security_groups));
      },
    }),
    on(resourcesPush('AddressGroup', RESOURCE_VERSIONS.AddressGroup), {
      async push(_, { resource_list }) {
        const ids = resource_list.map((group) => group['versioned_object.data'].id as string);
        refilter(firewall?.devicesWithMembersOf(ids));
      },
    }),
    on(resourcesPush('QosPolicy', RESOURCE_VERSIONS.QosPolicy), {
      async push(_, { resource_list, event_type }) {
        if (event_type !== 'updated') return;
        for (const policy of resource_list)
          for (const device of qos?.learn(policy) ?? []) markDevice(device, 'check');
      },
    }),
    on(bindingActivate, {
      async binding_activate(_, { port_id, host: where }) {
        bind(port_id, where, true);
      },
    }),
    on(bindingDeactivate, {
      async binding_deactivate(_, { port_id, host: where }) {
        bind(port_id, where, false);
      },
    }),
    on(l2population, {
      async add_fdb_entries(_, { fdb_entries }) {
        forward(forwarding?.add(fdb_entries));
      },
      async remove_fdb_entries(_, { fdb_entries }) {
        forward(forwarding?.remove(fdb_entries));
      },
      async update_fdb_entries(_, { fdb_entries }) {
        forward(forwarding?.change(fdb_entries));
      },
    }),
  ];
}
