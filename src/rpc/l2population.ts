import { cast, defineInterface } from './interface.ts';

/** A MAC and one of its addresses behind a VTEP. */
export type FdbEntry = [mac: string, ip: string];

/** Sent with the first port of a network on a host: flood to that host. */
export const floodingEntry: FdbEntry = ['00:00:00:00:00:00', '0.0.0.0'];

export interface NetworkFdb {
  /** VXLAN's VNI. */
  segment_id: number;
  network_type: 'vxlan' | 'gre' | 'geneve';
  /** By the agent's tunnel address. */
  ports: Record<string, FdbEntry[]>;
}

/** By network UUID. */
export type FdbEntries = Record<string, NetworkFdb>;

/** Addresses that changed: by network UUID, then by the agent's tunnel address. */
export interface FdbChanges {
  chg_ip: Record<string, Record<string, { before?: FdbEntry[]; after?: FdbEntry[] }>>;
}

/** l2population's forwarding entries, by fanout; a host's first port of a network gets the full list for itself. */
export const l2population = defineInterface({
  topic: 'q-agent-notifier-l2population-update',
  version: '1.5',
  methods: {
    add_fdb_entries: cast<{ fdb_entries: FdbEntries }>('1.0'),
    remove_fdb_entries: cast<{ fdb_entries: FdbEntries }>('1.0'),
    update_fdb_entries: cast<{ fdb_entries: FdbChanges }>('1.0'),
  },
});
