/** The first packet of a connection, as it enters a chain. Ports are absent where the protocol has none. */
export interface Packet {
  readonly family: 4 | 6;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** Interfaces by which it came in and will go out. */
  readonly in?: string;
  readonly out?: string;
  /** The same as ports of a bridge. */
  readonly physdevIn?: string;
  readonly physdevOut?: string;
  readonly mac?: string;
  readonly mark?: number;
  /** Its destination was translated before. */
  readonly translated?: boolean;
}

/** What the rules of a table do with a packet. */
export interface Walked {
  /** ACCEPT, DROP, REJECT, SNAT, DNAT, REDIRECT, MASQUERADE; unknown: a rule that could decide is not understood. */
  readonly verdict: string;
  readonly chain: string;
  /** The rule that decides; null when it is the policy of the chain. */
  readonly rule: string | null;
  /** Packets that the deciding rule has counted. */
  readonly packets: number | null;
  /** Of a translation: address, or address and port. */
  readonly to: string | null;
  /** Chains that it passed, in order. */
  readonly chains: readonly string[];
}
