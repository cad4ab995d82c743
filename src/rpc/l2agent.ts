import type { NetworkDict, NetworkType, PortDict } from './dicts.ts';
import { cast, defineInterface } from './interface.ts';

/**
 * Notifications to L2 agents, each on a topic of its own. Sent by fanout, network_update also to L3 agents. The
 * linuxbridge agent offers 1.5 on all of them and does not listen to port_delete.
 */

const topic = (what: string) => `q-agent-notifier-${what}`;
const version = '1.5';

export const portUpdate = defineInterface({
  topic: topic('port-update'),
  version,
  methods: {
    port_update: cast<{
      port: PortDict;
      network_type: NetworkType | null;
      segmentation_id: number | null;
      physical_network: string | null;
    }>('1.0'),
  },
});

export const portDelete = defineInterface({
  topic: topic('port-delete'),
  version,
  methods: { port_delete: cast<{ port_id: string }>('1.0') },
});

export const networkUpdate = defineInterface({
  topic: topic('network-update'),
  version,
  methods: { network_update: cast<{ network: NetworkDict }>('1.4') },
});

export const networkDelete = defineInterface({
  topic: topic('network-delete'),
  version,
  methods: { network_delete: cast<{ network_id: string }>('1.0') },
});

export const bindingActivate = defineInterface({
  topic: topic('binding-activate'),
  version,
  methods: { binding_activate: cast<{ port_id: string; host: string }>('1.5') },
});

export const bindingDeactivate = defineInterface({
  topic: topic('binding-deactivate'),
  version,
  methods: { binding_deactivate: cast<{ port_id: string; host: string; network_id: string }>('1.5') },
});

export const securityGroupUpdate = defineInterface({
  topic: topic('security_group-update'),
  version,
  methods: {
    security_groups_rule_updated: cast<{ security_groups: string[] }>('1.1'),
    security_groups_member_updated: cast<{ security_groups: string[] }>('1.1'),
  },
});
