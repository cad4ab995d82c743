import {
  type Chains,
  frame,
  type TableName,
  type Tables,
  wrapName,
  wrapped,
} from '../../linux/iptables/index.ts';
import type { DesiredRouter } from './desired.ts';
import { forwardingRules } from './portForwarding.ts';
import { restoreScope, saveScope, scopeRules, scopesOf } from './scopes.ts';

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

const MARK_MASK = '0xffff';
const METADATA_ADDRESS = { 4: '169.254.169.254/32', 6: 'fe80::a9fe:a9fe/128' } as const;

/**
 * The packet filter of a router's namespace for one address family, chain by chain as Neutron's. Pure.
 *
 * @param scopes address scopes in the order of their marks
 */
export function routerTables(
  router: DesiredRouter,
  family: 4 | 6,
  settings: FirewallSettings,
  scopes: readonly string[] = scopesOf(router),
): Tables {
  const gateway = router.gateway?.name;
  const scope = scopeRules(router, family, scopes);
  const jump = (chain: string) => `-j ${wrapped(wrap, chain)}`;
  const toMetadata = `-d ${METADATA_ADDRESS[family]} -i qr-+ -p tcp -m tcp --dport 80`;
  const metadata = (rule: string) => (settings.metadata ? [rule] : []);

  const filter: Chains = {
    FORWARD: [jump('scope')],
    INPUT: [
      ...metadata(`-m mark --mark ${settings.metadataMark}/${MARK_MASK} -j ACCEPT`),
      ...metadata(`-p tcp -m tcp --dport ${settings.metadataPort} -j DROP`),
    ],
    scope: scope.keepApart,
  };
  const metadataMark = metadata(`${toMetadata} -j MARK --set-xmark ${settings.metadataMark}/${MARK_MASK}`);
  const redirect = metadata(`${toMetadata} -j REDIRECT --to-ports ${settings.metadataPort}`);
  const rules: Partial<Record<TableName, Chains>> =
    family === 6
      ? {
          filter,
          nat: { PREROUTING: redirect },
          mangle: { PREROUTING: [jump('scope'), restoreScope, ...metadataMark], scope: scope.mark },
          raw: {},
        }
      : {
          filter,
          nat: natChains(router, redirect, settings, scope.untranslated),
          mangle: {
            PREROUTING: [jump('scope'), restoreScope, jump('floatingip'), ...metadataMark],
            FORWARD: scope.floatingFrom(jump('float-snat')),
            POSTROUTING: gateway && router.snat ? [`-o ${gateway} ${saveScope}`] : [],
            'float-snat': [saveScope, ...scope.floatingOut],
            floatingip: scope.floatingIn,
            mark: gateway ? [`-i ${gateway} -j MARK --set-xmark ${settings.ingressMark}/${MARK_MASK}`] : [],
            scope: scope.mark,
          },
          raw: {},
        };
  return frame(wrap, family, rules);
}

function natChains(
  router: DesiredRouter,
  redirect: readonly string[],
  settings: FirewallSettings,
  untranslated: readonly string[],
): Chains {
  const gateway = router.gateway?.name;
  const random = settings.randomFully ? ' --random-fully' : '';
  const source = router.gatewayAddresses.find((address) => !address.includes(':'));
  const incoming = router.floatingIps.map(
    ({ address, fixedAddress }) => `-d ${address}/32 -j DNAT --to-destination ${fixedAddress}`,
  );
  const translated = gateway && source;
  const forwarded = forwardingRules(router.forwardings);
  return {
    PREROUTING: [...redirect, ...incoming, ...forwarded.prerouting],
    OUTPUT: incoming,
    POSTROUTING: translated ? [`! -o ${gateway} -m conntrack ! --ctstate DNAT -j ACCEPT`] : [],
    'float-snat': router.floatingIps.map(
      ({ address, fixedAddress }) => `-s ${fixedAddress}/32 -j SNAT --to-source ${address}${random}`,
    ),
    snat: translated
      ? [
          ...untranslated,
          ...(router.snat ? [`-o ${gateway} -j SNAT --to-source ${source}${random}`] : []),
          `-m mark ! --mark ${settings.ingressMark}/${MARK_MASK} -m conntrack --ctstate DNAT -j SNAT --to-source ${source}${random}`,
        ]
      : [],
    ...forwarded.chains,
  };
}
