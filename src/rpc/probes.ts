import { DIAGNOSIS_TOPICS } from './diagnosis.ts';
import { call, cast, defineInterface } from './interface.ts';

/**
 * Ports that no machine uses: the Linux bridge agent of their host makes a namespace with the port's device in it, wires
 * it as it wires a guest, and sends from there what it is asked to. Not Neutron's: Python's agents do not listen here.
 */

/** The owner that Neutron's own debugging tool gives to such a port when it is to be filtered like an instance's. */
export const PROBE_OWNER = 'compute:probe';

/** What the agent needs to know to plug a probe port. */
export interface ProbePort {
  readonly id: string;
  readonly mac_address: string;
  readonly mtu: number;
  /** ADDRESS/PREFIX of each IPv4 address of the port, set as if they had been leased. */
  readonly addresses: readonly string[];
  readonly gateway: string | null;
  /** After this time the agent removes what it made, whoever forgot it. */
  readonly minutes: number;
}

/** What is to be tried; targets are IPv4 addresses. `seconds`: how long it is tried again until an answer comes. */
export type Probe = (
  | {
      /** Asks for a lease. `take` sets the routes of the lease too, as a guest would, the way to metadata among them. */
      readonly kind: 'dhcp';
      readonly take?: boolean;
    }
  | { readonly kind: 'arp'; readonly target: string }
  | {
      /** An ICMP echo that must not be fragmented; `size`: bytes of the whole IP packet. */
      readonly kind: 'echo';
      readonly target: string;
      readonly size?: number;
    }
  | { readonly kind: 'tcp'; readonly target: string; readonly port: number }
  | { readonly kind: 'http'; readonly target: string; readonly path: string }
  | {
      /** Asks a name server for an IPv4 address. */
      readonly kind: 'dns';
      readonly target: string;
      readonly name: string;
    }
) & { readonly seconds?: number };

export type ProbeKind = Probe['kind'];

/** What was measured: for each kind the names stand in its file in src/agents/linuxbridge/probes. */
export type Measured = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface Probed {
  /** pass: an answer came. fail: none came in time. */
  readonly result: 'pass' | 'fail' | 'not checked';
  /** What was seen, or why nothing could be looked at. */
  readonly evidence: readonly string[];
  /** With `wired: false` nothing was sent, because the agent could not wire the port. */
  readonly measured: Measured;
}

export const probes = defineInterface({
  topic: DIAGNOSIS_TOPICS['Linux bridge agent'],
  namespace: 'nts.probe',
  version: '1.0',
  methods: {
    /** Returns at once: `run` waits until the port is wired. What is plugged already is kept. */
    plug: call<{ port: ProbePort }, null>('1.0'),
    run: call<{ port_id: string; probe: Probe }, Probed>('1.0'),
    unplug: cast<{ port_id: string }>('1.0'),
  },
});
