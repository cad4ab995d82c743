import { crud } from './names.ts';

/** A service of OpenStack that the original client has commands for, and that is none of Neutron's own. */
interface ForeignService {
  readonly name: string;
  readonly commands: readonly string[];
  /** The flags that only these commands have. */
  readonly flags: string;
}

const services: readonly ForeignService[] = [
  {
    name: 'load balancing (LBaaS)',
    commands: [
      'lb-agent-hosting-pool',
      ...crud('lb-healthmonitor', 'lb-healthmonitor-associate', 'lb-healthmonitor-disassociate'),
      ...crud('lb-member'),
      ...crud('lb-pool', 'lb-pool-list-on-agent', 'lb-pool-stats'),
      ...crud('lb-vip'),
      'lbaas-agent-hosting-loadbalancer',
      ...crud('lbaas-healthmonitor'),
      ...crud('lbaas-l7policy'),
      ...crud('lbaas-l7rule'),
      ...crud('lbaas-listener'),
      ...crud('lbaas-loadbalancer', 'lbaas-loadbalancer-list-on-agent'),
      ...['lbaas-loadbalancer-stats', 'lbaas-loadbalancer-status'],
      ...crud('lbaas-member'),
      ...crud('lbaas-pool'),
    ],
    flags:
      '--address --compare-type --connection-limit --default-pool --default-tls-container-ref --delay --expected-codes ' +
      '--http-method --invert-compare --key --lb-algorithm --lb-method --max-retries --no-session-persistence --position ' +
      '--protocol-port --provider --redirect-pool --redirect-url --session-persistence --sni-container-refs --subnet-id ' +
      '--timeout --url-path --value --vip-address --weight',
  },
  {
    name: 'VPN (VPNaaS)',
    commands: [
      'ipsec-site-connection',
      'vpn-endpoint-group',
      'vpn-ikepolicy',
      'vpn-ipsecpolicy',
      'vpn-service',
    ].flatMap((noun) => crud(noun)),
    flags:
      '--auth-algorithm --dpd --encapsulation-mode --encryption-algorithm --ike-version --ikepolicy-id --initiator ' +
      '--ipsecpolicy-id --lifetime --local-ep-group --mtu --peer-address --peer-cidr --peer-ep-group --peer-id --pfs ' +
      '--phase1-negotiation-mode --psk --transform-protocol --value --vpnservice-id',
  },
  {
    name: 'firewalls (FWaaS)',
    commands: [
      ...crud('firewall'),
      ...crud('firewall-policy', 'firewall-policy-insert-rule', 'firewall-policy-remove-rule'),
      ...crud('firewall-rule'),
    ],
    flags:
      '--audited --destination-ip-address --destination-port --firewall-rules --insert-after --insert-before ' +
      '--no-routers --policy --source-ip-address --source-port',
  },
  {
    name: 'dynamic routing (BGP)',
    commands: [
      ...['list-hosting-speaker', 'speaker-add', 'speaker-remove'].map((rest) => `bgp-dragent-${rest}`),
      ...crud('bgp-peer'),
      ...crud('bgp-speaker', 'bgp-speaker-advertiseroute-list', 'bgp-speaker-list-on-dragent'),
      ...['network-add', 'network-remove', 'peer-add', 'peer-remove'].map((rest) => `bgp-speaker-${rest}`),
    ],
    flags:
      '--advertise-floating-ip-host-routes --advertise-tenant-networks --auth-type --local-as --password --peer-ip --remote-as',
  },
];

export const foreignCommands: readonly string[] = services.flatMap(({ commands }) => commands);

/** What bash may complete for them. */
export const foreignFlags: readonly string[] = services.flatMap(({ flags }) => flags.split(' '));

/** The service that a command is of, if it is one of these. */
export const foreignService = (command: string): string | undefined =>
  services.find(({ commands }) => commands.includes(command))?.name;
