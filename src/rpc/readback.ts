import type { Packet, Walked } from '../net/packet.ts';
import { DIAGNOSIS_TOPICS, type DiagnosableAgent } from './diagnosis.ts';
import { call, defineInterface } from './interface.ts';

/** What `neutron trace` reads of a host's kernel through its agents. Pure reads, but for the probes, which send. */

export interface LinkRead {
  readonly up: boolean;
  /** Whether something is plugged in at the other side; a tap whose guest does not run has none. */
  readonly carrier: boolean;
  readonly mtu: number;
  readonly mac: string;
  readonly master: string | null;
  readonly kind: string | null;
  /** Of a vxlan device. */
  readonly vxlan: { readonly vni: number; readonly local: string | null; readonly proxy: boolean } | null;
}

export interface FlowRead {
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  readonly destinationPort: number | null;
  readonly state: string | null;
  readonly zone: number | null;
}

export interface EchoRead {
  readonly answered: boolean;
  readonly milliseconds: number | null;
  /** What the system said instead of an answer. */
  readonly error: string | null;
}

export interface WayRead {
  /** silent: it may only refuse to answer a ping. */
  readonly state: 'full' | 'narrow' | 'unreachable' | 'silent';
  /** narrow: bytes that do arrive, and who says so. */
  readonly largest?: number;
  readonly limit?: string;
  readonly milliseconds?: number;
  /** unreachable. */
  readonly why?: string;
}

interface InNamespace {
  /** The host's own when absent. */
  readonly netns?: string;
}

/** Everything that may be read: by name, what is given and what comes back. */
export interface Reads {
  namespace: { given: { readonly name: string }; answer: boolean };
  /** null: there is no such device, or no such namespace. */
  link: { given: InNamespace & { readonly name: string }; answer: LinkRead | null };
  /** Where a vxlan device sends MACs. */
  fdb: {
    given: { readonly device: string };
    answer: readonly { readonly mac: string; readonly destination: string }[];
  };
  neighbours: {
    given: InNamespace & { readonly device: string };
    answer: readonly { readonly address: string; readonly mac: string | null; readonly permanent: boolean }[];
  };
  /** 'ADDRESS/PREFIX' of a device. */
  addresses: { given: InNamespace & { readonly device: string }; answer: readonly string[] };
  /** How the kernel would send to an address; null when it has no route. */
  route: {
    given: InNamespace & { readonly to: string };
    answer: { readonly device: string; readonly via: string | null } | null;
  };
  walk: {
    given: InNamespace & {
      readonly table: 'filter' | 'nat';
      readonly chain: string;
      readonly packet: Packet;
    };
    answer: Walked;
  };
  sysctl: { given: InNamespace & { readonly name: string }; answer: string | null };
  /** What a port may send as: null where no chain limits it. */
  spoofing: {
    given: { readonly device: string };
    answer: { readonly macs: readonly string[] | null; readonly addresses: readonly string[] | null };
  };
  /** Tracked connections between two addresses. */
  flows: {
    given: InNamespace & { readonly source: string; readonly destination: string };
    answer: readonly FlowRead[];
  };
  echo: { given: InNamespace & { readonly address: string }; answer: EchoRead };
  /** What of a packet of `bytes`, headers included, gets to another host. */
  way: { given: InNamespace & { readonly address: string; readonly bytes: number }; answer: WayRead };
  /** Who answers ARP for an address: null for nobody. */
  arp: {
    given: InNamespace & { readonly device: string; readonly address: string };
    answer: { readonly mac: string } | null;
  };
  /** Whether some process listens at a TCP port. */
  listens: { given: InNamespace & { readonly port: number }; answer: boolean };
  /** What a network's dnsmasq knows of a MAC; the DHCP agent alone can tell. */
  dhcpHost: {
    given: { readonly networkId: string; readonly mac: string };
    answer: { readonly running: boolean; readonly addresses: readonly string[] };
  };
}

export type ReadName = keyof Reads;
export type Question = { [Name in ReadName]: { readonly read: Name } & Reads[Name]['given'] }[ReadName];

/** The answer to a question, or why there is none. */
export type ReadAnswer<Name extends ReadName = ReadName> =
  | { readonly answer: Reads[Name]['answer'] }
  | { readonly failed: string };

export const readback = (agentType: DiagnosableAgent) =>
  defineInterface({
    topic: DIAGNOSIS_TOPICS[agentType],
    namespace: 'nts.read',
    version: '1.0',
    methods: {
      /** Answers in the order of the questions. */
      read: call<{ questions: readonly Question[] }, readonly ReadAnswer[]>('1.0'),
    },
  });
