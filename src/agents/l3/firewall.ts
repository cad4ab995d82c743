import {
  type Chains,
  frame,
  type TableName,
  type Tables,
  wrapName,
  wrapped,
} from '../../linux/iptables/index.ts';
import type { DesiredDevice, DesiredRouter } from './desired.ts';

export const wrap = wrapName('neutron-l3-agent');

/** What the marks of packets mean; options metadata_access_mark and external_ingress_mark, and the metadata port. */
export interface FirewallSettings {
  readonly metadataPort: number;
  readonly metadataMark: string;
  readonly ingressMark: string;
  /** Whether metadata is served in the router's namespace at all. */
  readonly metadata: boolean;
  /** SNAT with --random-fully, option use_random_fully. */
  readonly randomFully: boolean;
}

const SCOPE_MASK = '0xffff0000';
const MARK_MASK = '0xffff';
const FIRST_SCOPE_MARK = 1024;
const METADATA_ADDRESS = { 4: '169.254.169.254/32', 6: 'fe80::a9fe:a9fe/128' } as const;

const saveScope = `-m connmark --mark 0x0/${SCOPE_MASK} -j CONNMARK --save-mark --nfmask ${SCOPE_MASK} --ctmask ${SCOPE_MASK}`;
const restoreScope = `-m connmark ! --mark 0x0/${SCOPE_MASK} -j CONNMARK --restore-mark --nfmask ${SCOPE_MASK} --ctmask ${SCOPE_MASK}`;

/** Marks of address scopes: the first stands for 'no scope', the others follow in the order of their ids. */
function scopeMarks(router: DesiredRouter): (scope: string | null) => string {
  const devices = [...router.interfaces, ...(router.gateway ? [router.gateway] : [])];
  const scopes = devices.flatMap((device) => [device.scopes[4], device.scopes[6]]);
  const known = [...new Set(scopes.filter((scope) => scope !== null))].sort();
  return (scope) => {
    const id = FIRST_SCOPE_MARK + (scope === null ? 0 : known.indexOf(scope) + 1);
    return `0x${(id * 0x10000).toString(16)}/${SCOPE_MASK}`;
  };
}

/** The packet filter of a router's namespace for one address family, chain by chain as Neutron's. Pure. */
export function routerTables(router: DesiredRouter, family: 4 | 6, settings: FirewallSettings): Tables {
  const marks = scopeMarks(router);
  const gateway = router.gateway?.name;
  const carries = (device: DesiredDevice) => device.families.includes(family);
  const interfaces = router.interfaces.filter(carries);
  const marked = [...interfaces, ...(router.gateway && carries(router.gateway) ? [router.gateway] : [])];
  const jump = (chain: string) => `-j ${wrapped(wrap, chain)}`;
  const toMetadata = `-d ${METADATA_ADDRESS[family]} -i qr-+ -p tcp -m tcp --dport 80`;
  const metadata = (rule: string) => (settings.metadata ? [rule] : []);

  const filter: Chains = {
    FORWARD: [jump('scope')],
    INPUT: [
      ...metadata(`-m mark --mark ${settings.metadataMark}/${MARK_MASK} -j ACCEPT`),
      ...metadata(`-p tcp -m tcp --dport ${settings.metadataPort} -j DROP`),
    ],
    scope: interfaces.map(
      (device) => `-o ${device.name} -m mark ! --mark ${marks(device.scopes[family])} -j DROP`,
    ),
  };
  const scope = marked.map(
    (device) => `-i ${device.name} -j MARK --set-xmark ${marks(device.scopes[family])}`,
  );
  const metadataMark = metadata(`${toMetadata} -j MARK --set-xmark ${settings.metadataMark}/${MARK_MASK}`);
  const redirect = metadata(`${toMetadata} -j REDIRECT --to-ports ${settings.metadataPort}`);
  const rules: Partial<Record<TableName, Chains>> =
    family === 6
      ? {
          filter,
          nat: { PREROUTING: redirect },
          mangle: { PREROUTING: [jump('scope'), restoreScope, ...metadataMark], scope },
          raw: {},
        }
      : {
          filter,
          nat: natChains(router, redirect, settings),
          mangle: {
            PREROUTING: [jump('scope'), restoreScope, jump('floatingip'), ...metadataMark],
            POSTROUTING: gateway ? [`-o ${gateway} ${saveScope}`] : [],
            'float-snat': [saveScope],
            floatingip: [],
            mark: gateway ? [`-i ${gateway} -j MARK --set-xmark ${settings.ingressMark}/${MARK_MASK}`] : [],
            scope,
          },
          raw: {},
        };
  return frame(wrap, family, rules);
}

function natChains(router: DesiredRouter, redirect: readonly string[], settings: FirewallSettings): Chains {
  const gateway = router.gateway?.name;
  const random = settings.randomFully ? ' --random-fully' : '';
  const source = router.gatewayAddresses.find((address) => !address.includes(':'));
  const incoming = router.floatingIps.map(
    ({ address, fixedAddress }) => `-d ${address}/32 -j DNAT --to-destination ${fixedAddress}`,
  );
  const translated = gateway && source;
  return {
    PREROUTING: [...redirect, ...incoming],
    OUTPUT: incoming,
    POSTROUTING: translated ? [`! -o ${gateway} -m conntrack ! --ctstate DNAT -j ACCEPT`] : [],
    'float-snat': router.floatingIps.map(
      ({ address, fixedAddress }) => `-s ${fixedAddress}/32 -j SNAT --to-source ${address}${random}`,
    ),
    snat: translated
      ? [
          ...(router.snat ? [`-o ${gateway} -j SNAT --to-source ${source}${random}`] : []),
          `-m mark ! --mark ${settings.ingressMark}/${MARK_MASK} -m conntrack --ctstate DNAT -j SNAT --to-source ${source}${random}`,
        ]
      : [],
  };
}
