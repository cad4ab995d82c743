/** What Neutron's releases after Zed made of the schema: facts of their migrations, and what this server makes of them. */

export interface LaterRelease {
  readonly release: string;
  readonly name: string;
  /** Its revisions in order, the head last. The contract branch has had none since Newton. */
  readonly expand: readonly string[];
  /** Whether it still has the Linux bridge driver. */
  readonly linuxBridge: boolean;
}

export const laterReleases: readonly LaterRelease[] = [
  { release: '2023.1', name: 'Antelope', expand: ['fc153938cdc1'], linuxBridge: true },
  {
    release: '2023.2',
    name: 'Bobcat',
    expand: [
      '93f394357a27',
      '6f1145bff34c',
      '682c319773d7',
      '0aefee21cd87',
      'b1199a3adbef',
      'c33da356b165',
      '89c58a70ceba',
    ],
    linuxBridge: true,
  },
  { release: '2024.1', name: 'Caracal', expand: ['054e34dbe6b4', '0e6eff810791'], linuxBridge: true },
  { release: '2024.2', name: 'Dalmatian', expand: ['175fa80908e1', '5bcb7b31ec7d'], linuxBridge: true },
  { release: '2025.1', name: 'Epoxy', expand: ['ad80a9f07c5c'], linuxBridge: false },
  { release: '2025.2', name: 'Flamingo', expand: ['d553edeb540f'], linuxBridge: false },
  { release: '2026.1', name: 'Gazpacho', expand: ['b1bca967e19d'], linuxBridge: false },
];

/** Rows to which a Zed server could not be true. */
export interface Foreign {
  /** What they are, for `3 ports with …`. */
  readonly what: string;
  /** Their names, as a query with one column `name`. */
  readonly query: string;
  /** How to go without, with the release's own client. */
  readonly undo: string;
}

export interface Change {
  readonly revision: string;
  /** What is in the database since then. */
  readonly adds: string;
  /** Why this server reads and writes it rightly. */
  readonly handled: string;
  readonly refused?: Foreign;
  /** A column that is no more: no statement may name it. */
  readonly drops?: { readonly table: string; readonly column: string };
}

/** In order. Those of releases without Linux bridges are not told: their databases are refused as a whole. */
export const changes: readonly Change[] = [
  {
    revision: 'fc153938cdc1',
    adds: 'a network may have several segments of one type on one physical network: the unique key of networksegments has segment_index too',
    handled: 'the key is wider; segments are written as in Zed',
  },
  {
    revision: '93f394357a27',
    adds: 'subnets.in_use is gone',
    handled: 'the column was a lock of Python’s server; this one has never read or written it',
    drops: { table: 'subnets', column: 'in_use' },
  },
  {
    revision: '6f1145bff34c',
    adds: 'porthints: hints of ports, which only Open vSwitch heeds',
    handled: 'rows are kept, and go with their port; the API does not show them',
  },
  {
    revision: '682c319773d7',
    adds: 'a unique key: one HA network of a project',
    handled: 'who loses the race for it takes the other’s network',
  },
  {
    revision: '0aefee21cd87',
    adds: 'eleven redundant indexes are gone',
    handled: 'an index has no meaning',
  },
  {
    revision: 'b1199a3adbef',
    adds: 'a redundant index of ports is gone',
    handled: 'an index has no meaning',
  },
  {
    revision: 'c33da356b165',
    adds: 'securitygroupdefaultrules: with which rules a new security group begins',
    handled: 'new groups begin with these rules; the API to change them is not offered',
  },
  {
    revision: '89c58a70ceba',
    adds: 'router_extra_attributes.enable_default_route_ecmp and enable_default_route_bfd, both false by default',
    handled: 'new routers have the defaults',
    refused: {
      what: 'routers with enable_default_route_ecmp or enable_default_route_bfd',
      query: `select coalesce(nullif(routers.name, ''), routers.id) as name from router_extra_attributes
        join routers on routers.id = router_id where enable_default_route_ecmp or enable_default_route_bfd`,
      undo: 'openstack router set --disable-default-route-ecmp --disable-default-route-bfd ROUTER',
    },
  },
  {
    revision: '054e34dbe6b4',
    adds: 'the tables of vendors’ plugins are gone (Neutron has since taken this migration out again)',
    handled: 'this server uses none of them',
  },
  {
    revision: '0e6eff810791',
    adds: 'porthardwareoffloadtype: of ports whose traffic a card switches',
    handled: 'rows are kept, and go with their port; the API does not show them',
  },
  {
    revision: '175fa80908e1',
    adds: "the value 'socket' of portnumaaffinitypolicies.numa_affinity_policy, which may be null too",
    handled: 'it is shown where it stands; the API refuses to set it, as in Zed',
  },
  {
    revision: '5bcb7b31ec7d',
    adds: 'porttrusted: the key trusted, taken out of binding:profile',
    handled: 'a port without it is as in Zed',
    refused: {
      what: 'ports that are trusted virtual functions (SR-IOV)',
      query: `select coalesce(nullif(ports.name, ''), ports.id) as name from porttrusted
        join ports on ports.id = port_id where trusted`,
      undo: 'openstack port set --not-trusted PORT',
    },
  },
];

/** The release that a revision belongs to. */
export const laterRelease = (id: string): LaterRelease | undefined =>
  laterReleases.find(({ expand }) => expand.includes(id));

/** The changes that a database at `head` has had. */
export function changesUpTo(head: string): readonly Change[] {
  return changes.slice(0, changes.findIndex(({ revision }) => revision === head) + 1);
}
