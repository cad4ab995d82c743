import { eui64Address } from '../../../net/mac.ts';
import { type DesiredDevice, type DesiredHa, type DesiredRouter, devicesOf } from '../desired.ts';

/** What the options say of VRRP. */
export interface VrrpSettings {
  /** ha_confs_path. */
  readonly root: string;
  /** Seconds between two advertisements; a fraction needs VRRP 3. */
  readonly advertSeconds: number;
  readonly authentication?: { readonly type: string; readonly password: string } | undefined;
  readonly noTrack: boolean;
  /** Seconds between two pings of the gateways; 0 for none. */
  readonly healthCheckSeconds: number;
  readonly debug: boolean;
}

/** Seconds after which a new primary announces its addresses again. */
const ANNOUNCE_AGAIN_SECONDS = 60;

const linkLocal = ({ mac }: DesiredDevice) => `${eui64Address('fe80::/64', mac)}/64`;

const isHost = (cidr: string) => /\/(32|128)$/.test(cidr);

interface VirtualAddress {
  readonly cidr: string;
  readonly text: string;
}

function virtualAddresses(router: DesiredRouter, ipv6: boolean): VirtualAddress[] {
  return devicesOf(router)
    .flatMap((device) => [
      ...device.addresses.map((cidr) => ({ cidr, text: `${cidr} dev ${device.name}` })),
      ...(ipv6 ? [linkLocal(device)] : []).map((cidr) => ({
        cidr,
        text: `${cidr} dev ${device.name} scope link`,
      })),
    ])
    .sort((a, b) => (a.cidr < b.cidr ? -1 : Number(a.cidr > b.cidr)));
}

/** Gateways, then what projects added, then the other subnets of the gateway's network. */
function virtualRoutes({ gateway, routes }: DesiredRouter): string[] {
  const onLink = (cidr: string) => `${cidr.replace(/\/(32|128)$/, '')} dev ${gateway?.name} scope link`;
  const neighbours = gateway?.onLink ?? [];
  return [
    ...neighbours.filter(isHost).map(onLink),
    ...routes.map(({ destination, via, device }) =>
      device ? `${destination} via ${via} dev ${device}` : `${destination} via ${via}`,
    ),
    ...neighbours.filter((cidr) => !isHost(cidr)).map(onLink),
  ];
}

const block = (name: string, lines: readonly string[]): string[] => [
  `    ${name} {`,
  ...lines.map((line) => `        ${line}`),
  '    }',
];

export const healthScriptName = ({ vrId }: DesiredHa) => `ha_check_script_${vrId}.sh`;

/** The script by which a primary that has lost its gateways steps back; undefined when nothing can be checked. */
export function healthScript(router: DesiredRouter, settings: VrrpSettings): string | undefined {
  const gateways = router.routes.filter(({ device }) => device !== undefined);
  if (settings.healthCheckSeconds <= 0 || gateways.length === 0) return undefined;
  const [first] = virtualAddresses(router, false);
  return [
    '#!/bin/bash -eu',
    first ? `ip a | grep ${first.cidr.split('/')[0]} || exit 0` : '',
    ...gateways.map(
      ({ via }) => `${via.includes(':') ? 'ping6' : 'ping'} -c 1 -w 1 ${via} 1>/dev/null || exit 1`,
    ),
  ].join('\n');
}

/** keepalived.conf of a router, as Neutron's agents write it; an interval of a fraction of a second asks for VRRP 3. */
export function keepalivedConfig(
  router: DesiredRouter,
  ha: DesiredHa,
  settings: VrrpSettings,
  { ipv6 }: { readonly ipv6: boolean },
): string {
  const { advertSeconds, authentication, healthCheckSeconds, root } = settings;
  const untracked = (text: string) => (settings.noTrack ? `${text} no_track` : text);
  const addresses = virtualAddresses(router, ipv6).map(({ text }) => untracked(text));
  const routes = virtualRoutes(router).map(untracked);
  const fast = !Number.isInteger(advertSeconds);
  const checked = healthScript(router, settings) !== undefined;
  const check = `ha_health_check_${ha.vrId}`;
  return [
    'global_defs {',
    '    notification_email_from neutron@openstack.local',
    '    router_id neutron',
    '}',
    ...(checked
      ? [
          '',
          `vrrp_script ${check} {`,
          `    script "${root}/${router.id}/${healthScriptName(ha)}"`,
          `    interval ${healthCheckSeconds}`,
          '    fall 2',
          '    rise 2',
          '}',
          '',
        ]
      : []),
    `vrrp_instance VR_${ha.vrId} {`,
    '    state BACKUP',
    `    interface ${ha.device.name}`,
    `    virtual_router_id ${ha.vrId}`,
    `    priority ${ha.priority}`,
    `    garp_master_delay ${ANNOUNCE_AGAIN_SECONDS}`,
    '    nopreempt',
    ...(fast ? ['    version 3'] : []),
    `    advert_int ${advertSeconds}`,
    ...(authentication && !fast
      ? block('authentication', [`auth_type ${authentication.type}`, `auth_pass ${authentication.password}`])
      : []),
    ...block('track_interface', [ha.device.name]),
    ...block('virtual_ipaddress', [`${ha.primaryAddress} dev ${ha.device.name}`]),
    ...(addresses.length > 0 ? block('virtual_ipaddress_excluded', addresses) : []),
    ...(routes.length > 0 ? block('virtual_routes', routes) : []),
    ...(checked ? block('track_script', [check]) : []),
    '}',
  ].join('\n');
}
