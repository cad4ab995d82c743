import { problem } from '../problem.ts';

/** What the kernel of a host can and cannot do. */

export const kernelWithoutVxlan = problem({
  code: 'kernel_without_vxlan',
  title: 'Kernel has no VXLAN',
  severity: 'error',
  sentence: ({ version }: { version: string }) => `kernel ${version} has no VXLAN; 3.13 or later is needed`,
  cause:
    'Private networks travel between hosts in VXLAN packets, which the kernel makes. This one was built without, or its module vxlan cannot be loaded.',
  fix: () => 'load the module, or boot a kernel that has it',
  command: () => 'modprobe vxlan',
  safe: true,
  example: { version: '3.10.0-229.el7' },
});

export const kernelWithoutFeature = problem({
  code: 'kernel_without_feature',
  title: 'Kernel lacks a feature that Neutron needs',
  severity: 'error',
  sentence: ({ version, feature }: { version: string; feature: string; effect: string; module: string }) =>
    `kernel ${version} cannot make ${feature}`,
  cause:
    'Neutron builds its networks of devices and namespaces that the kernel offers. This one was tried, and the kernel refused: it was built without, its module is not installed, or this machine is a container that may not load modules.',
  fix: ({ effect, module }) =>
    `load the module ${module}, or boot a kernel that has it; without it ${effect}`,
  command: ({ module }) => `modprobe ${module}`,
  safe: true,
  example: {
    version: '6.1.0-18-amd64',
    feature: 'a tap device',
    effect: 'no virtual machine can be plugged in',
    module: 'tun',
  },
});

export const noNamespaces = problem({
  code: 'no_network_namespaces',
  title: 'Network namespaces cannot be made',
  severity: 'error',
  sentence: ({ version }: { version: string }) => `no network namespace can be made on kernel ${version}`,
  cause:
    'Routers and DHCP servers live in network namespaces. The kernel refuses to make one: it was built without, or this is a container without the right to.',
  fix: () =>
    'run Neutron on the machine itself or in a privileged container, with a kernel that has network namespaces',
  example: { version: '6.1.0-18-amd64' },
});

export const packetFilterIncomplete = problem({
  code: 'packet_filter_incomplete',
  title: 'Packet filter lacks matches or targets',
  severity: 'error',
  sentence: ({ tool, missing }: { tool: string; missing: readonly string[]; modules: readonly string[] }) =>
    `${tool} here does not take: ${missing.join(', ')}`,
  cause:
    'Security groups, routers and floating IPs are packet filter rules. Rules of these kinds were tried in a namespace of their own, and refused: the kernel or the tool lacks them. The agent cannot write what it must.',
  fix: ({ modules }) => `load ${modules.join(', ')}, or install a kernel and an iptables that have them`,
  command: ({ modules }) => `modprobe -a ${modules.join(' ')}`,
  safe: true,
  dependsOn: ['program_missing'],
  example: { tool: 'iptables', missing: ['-m physdev'], modules: ['xt_physdev'] },
});

export const ipsetUnusable = problem({
  code: 'ipset_unusable',
  title: 'Address sets cannot be made',
  severity: 'error',
  sentence: ({ kind }: { kind: string }) => `ipset cannot make a set of type ${kind} on this host`,
  cause:
    'A security group rule that names another group is matched by a set of addresses. Without sets those rules cannot be written, and the port lets nothing through that they would allow.',
  fix: () =>
    'load the module, or set enable_ipset = False in section [securitygroup] of ml2_conf.ini and linuxbridge_agent.ini',
  command: () => 'modprobe ip_set_hash_net',
  safe: true,
  dependsOn: ['program_missing'],
  example: { kind: 'hash:net' },
});

export const ebtablesUnusable = problem({
  code: 'ebtables_unusable',
  title: 'ARP filters cannot be written',
  severity: 'error',
  sentence: ({ tool }: { tool: string }) => `${tool} refuses the rules against ARP spoofing`,
  cause:
    'Rules of ebtables keep a virtual machine from answering for the addresses of others. The variant of ebtables that this host uses was tried in a namespace of its own, and refused them.',
  fix: () =>
    "install the other variant of ebtables and choose it with 'update-alternatives --config ebtables'",
  command: () => 'modprobe -a ebtable_nat ebt_arp ebt_among',
  safe: true,
  dependsOn: ['program_missing'],
  example: { tool: 'ebtables v1.8.9 (nf_tables)' },
});

export const brNetfilterMissing = problem({
  code: 'br_netfilter_missing',
  title: 'Module br_netfilter is not loaded',
  severity: 'error',
  sentence: () => 'bridged packets pass by the packet filters: the kernel module br_netfilter is not loaded',
  cause:
    'Virtual machines sit on bridges. Only with br_netfilter do bridged packets pass the rules of security groups; without it those rules stand there and do nothing.',
  fix: () => 'load the module, now and at every boot',
  command: () => 'modprobe br_netfilter && echo br_netfilter > /etc/modules-load.d/br_netfilter.conf',
  safe: true,
  example: {},
});

export const bridgeFilteringOff = problem({
  code: 'bridge_filtering_off',
  title: 'Bridged packets bypass the packet filters',
  severity: 'error',
  sentence: ({ off }: { off: readonly string[] }) =>
    `security groups do nothing on this host: ${off.map((name) => `${name} = 0`).join(', ')}`,
  cause:
    'Virtual machines sit on bridges, and a bridge hands its packets to the rules of security groups only while these kernel parameters are 1. Something set them to 0: a file in /etc/sysctl.d, libvirt, or an administrator.',
  fix: () => 'set them to 1, and find the file in /etc/sysctl.d or /etc/sysctl.conf that sets them to 0',
  command: ({ off }) => `sysctl -w ${off.map((name) => `${name}=1`).join(' ')}`,
  safe: true,
  dependsOn: ['br_netfilter_missing'],
  example: { off: ['net.bridge.bridge-nf-call-iptables'] },
});

export const ipv6Disabled = problem({
  code: 'ipv6_disabled',
  title: 'IPv6 is switched off',
  severity: 'info',
  sentence: ({ where }: { where: string }) => `IPv6 is switched off on this host: ${where}`,
  cause:
    'Routers and DHCP servers of IPv6 subnets get no IPv6 addresses on a host that has it switched off. IPv4 is not concerned.',
  fix: () => 'leave it so if there are no IPv6 subnets; otherwise switch it on, and restart the agents',
  command: () => 'sysctl -w net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0',
  example: { where: 'net.ipv6.conf.default.disable_ipv6 = 1' },
});

export const neighbourTableSmall = problem({
  code: 'neighbour_table_small',
  title: 'Neighbour table is too small',
  severity: 'warning',
  sentence: ({
    family,
    limit,
    projected,
  }: {
    family: 4 | 6;
    limit: number;
    projected: number;
    enough: number;
  }) =>
    `the kernel keeps at most ${limit} neighbours (IPv${family}, all namespaces together), and there will be about ${projected}`,
  cause:
    "Whom a router, a DHCP server or this host talks to, it keeps in the kernel's neighbour table, which all namespaces share. When it is full, packets to anybody who is not in it are lost, now and then, all over the host.",
  fix: ({ enough }) => `raise the limits to ${enough}, now and in /etc/sysctl.d`,
  command: ({ family, enough }) => {
    const name = `net.ipv${family}.neigh.default.gc_thresh`;
    return `sysctl -w ${name}3=${enough} ${name}2=${enough / 2} ${name}1=${enough / 4}`;
  },
  safe: true,
  example: { family: 4, limit: 1024, projected: 1500, enough: 4096 },
});

export const connectionTableFull = problem({
  code: 'connection_table_full',
  title: 'Table of connections is nearly full',
  severity: 'warning',
  sentence: ({ count, max, where }: { count: number; max: number; where: string; enough: number }) =>
    `${count} of at most ${max} connections are tracked in ${where}`,
  cause:
    'Security groups, NAT and floating IPs track every connection. When the table is full the kernel drops the packets of new ones; existing connections go on.',
  fix: ({ enough }) =>
    `raise the limit to ${enough}, now and in /etc/sysctl.d; and see which machine opens so many`,
  command: ({ enough }) => `sysctl -w net.netfilter.nf_conntrack_max=${enough}`,
  safe: true,
  example: { count: 61000, max: 65536, where: 'qrouter-1', enough: 262144 },
});
