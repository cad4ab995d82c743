import { cast, defineInterface } from './interface.ts';

/** Agents that keep tunnels without l2population hear of each other's addresses, by fanout. Ours and Python's for Linux bridges do not listen. */

interface Tunnel {
  tunnel_ip: string;
  tunnel_type: string;
}

export const tunnelUpdate = defineInterface({
  topic: 'q-agent-notifier-tunnel-update',
  version: '1.0',
  methods: { tunnel_update: cast<Tunnel>('1.0') },
});

export const tunnelDelete = defineInterface({
  topic: 'q-agent-notifier-tunnel-delete',
  version: '1.0',
  methods: { tunnel_delete: cast<Tunnel>('1.0') },
});
