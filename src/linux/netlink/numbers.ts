/** Numbers of the kernel's headers (linux/rtnetlink.h, if_link.h, if_addr.h, neighbour.h), by the names they have there. */

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_DUMP = 0x300;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;
export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;
export const RTM_NEWNEIGH = 28;
export const RTM_DELNEIGH = 29;
export const RTM_GETNEIGH = 30;

export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_BRIDGE = 7;
export const AF_INET6 = 10;

export const IFF_UP = 0x1;
export const IFF_LOWER_UP = 0x10000;

export const IFLA = {
  ADDRESS: 1,
  IFNAME: 3,
  MTU: 4,
  LINK: 5,
  MASTER: 10,
  LINKINFO: 18,
  NET_NS_PID: 19,
  IFALIAS: 20,
  GROUP: 27,
  NET_NS_FD: 28,
  EXT_MASK: 29,
} as const;
export const IFLA_INFO = { KIND: 1, DATA: 2 } as const;
/** Counters of devices are not wanted. */
export const RTEXT_FILTER_SKIP_STATS = 8;
export const VETH_INFO_PEER = 1;
export const IFLA_BR = { FORWARD_DELAY: 1, STP_STATE: 5 } as const;
export const IFLA_VLAN_ID = 1;
export const IFLA_VXLAN = {
  ID: 1,
  GROUP: 2,
  LINK: 3,
  LOCAL: 4,
  TTL: 5,
  TOS: 6,
  LEARNING: 7,
  PORT_RANGE: 10,
  PROXY: 11,
  PORT: 15,
  GROUP6: 16,
  LOCAL6: 17,
} as const;

export const IFA = { ADDRESS: 1, LOCAL: 2, BROADCAST: 4, CACHEINFO: 6, FLAGS: 8 } as const;
export const IFA_F_NODAD = 0x2;
export const IFA_F_PERMANENT = 0x80;

export const RTA = { DST: 1, OIF: 4, GATEWAY: 5, PRIORITY: 6, PREFSRC: 7, TABLE: 15, VIA: 18 } as const;
export const RT_TABLE_MAIN = 254;
export const RTM_F_CLONED = 0x200;
export const RTN_UNICAST = 1;
export const RTNH_F_ONLINK = 4;

export const NDA = { DST: 1, LLADDR: 2 } as const;
export const NTF_SELF = 2;
export const NUD = { REACHABLE: 0x2, STALE: 0x4, NOARP: 0x40, PERMANENT: 0x80 } as const;

/** Scopes and protocols of addresses and routes, by iproute2's names. */
export const SCOPES: Readonly<Record<string, number>> = {
  global: 0,
  site: 200,
  link: 253,
  host: 254,
  nowhere: 255,
};
export const PROTOCOLS: Readonly<Record<string, number>> = {
  redirect: 1,
  kernel: 2,
  boot: 3,
  static: 4,
  gated: 8,
  ra: 9,
  mrt: 10,
  zebra: 11,
  bird: 12,
  dnrouted: 13,
  xorp: 14,
  ntk: 15,
  dhcp: 16,
  keepalived: 18,
  babel: 42,
  bgp: 186,
  isis: 187,
  ospf: 188,
  rip: 189,
  eigrp: 192,
};

/** The name of a number; the number itself where it has none. */
export const nameIn = (table: Readonly<Record<string, number>>, value: number): string =>
  Object.entries(table).find(([, one]) => one === value)?.[0] ?? String(value);

/** The number of a name, or of a number written out. Throws for a word that is neither. */
export function numberIn(table: Readonly<Record<string, number>>, word: string): number {
  const found = table[word] ?? Number(word);
  if (Number.isInteger(found)) return found;
  throw new Error(`${word} is none of ${Object.keys(table).join(', ')}`);
}
