import { type DesiredRouter, devicesOf } from './desired.ts';

/** Marks of address scopes are in the upper half of a packet's mark. */
const SCOPE_MASK = '0xffff0000';
const FIRST_MARK = 1024;

/** Keeps the mark of a new connection for the packets that follow it, also for its answers. */
export const saveScope = `-m connmark --mark 0x0/${SCOPE_MASK} -j CONNMARK --save-mark --nfmask ${SCOPE_MASK} --ctmask ${SCOPE_MASK}`;
export const restoreScope = `-m connmark ! --mark 0x0/${SCOPE_MASK} -j CONNMARK --restore-mark --nfmask ${SCOPE_MASK} --ctmask ${SCOPE_MASK}`;

/**
 * The scopes that a router has to do with, in the order of their marks: known ones keep theirs, as connections under
 * way carry them.
 */
export function scopesOf(router: DesiredRouter, known: readonly string[] = []): string[] {
  const all = [
    ...devicesOf(router).flatMap(({ scopes }) => [scopes[4], scopes[6]]),
    ...router.floatingIps.map(({ scope }) => scope),
  ];
  const fresh = [...new Set(all.filter((scope) => scope !== null && !known.includes(scope)))];
  return [...known, ...(fresh as string[]).sort()];
}

/** A scope's mark with its mask; the first stands for no scope. */
function markOf(scopes: readonly string[], scope: string | null): string {
  const id = FIRST_MARK + (scope === null ? 0 : scopes.indexOf(scope) + 1);
  return `0x${(id * 0x10000).toString(16)}/${SCOPE_MASK}`;
}

/** Rules that keep address scopes apart, by what they do. */
export interface ScopeRules {
  /** mangle: what comes in gets its network's mark. */
  readonly mark: readonly string[];
  /** filter: what would leave into another scope is dropped, but for what is translated on its way outside. */
  readonly keepApart: readonly string[];
  /** nat: what stays in the scope of the outside is not translated. */
  readonly untranslated: readonly string[];
  /** mangle: what comes to a floating IP passes into the scope of its port. */
  readonly floatingIn: readonly string[];
  /** mangle: where what leaves through a floating IP passes into the scope of the outside … */
  readonly floatingOut: readonly string[];
  /** … and the ports that it comes from; `target` is the chain to go through. */
  floatingFrom(target: string): readonly string[];
}

/** The rules of one address family; floating IPs are IPv4's. */
export function scopeRules(router: DesiredRouter, family: 4 | 6, scopes: readonly string[]): ScopeRules {
  const { gateway, snat } = router;
  const marks = (scope: string | null) => markOf(scopes, scope);
  const devices = devicesOf(router)
    .filter(({ families }) => families.includes(family))
    .map(({ name, scopes: own }) => ({ name, mark: marks(own[family]) }));
  const outside = gateway?.scopes[4] ?? null;
  const open = family === 4 && snat ? gateway?.name : undefined;
  const crossing = family === 4 ? router.floatingIps.filter(({ scope }) => scope !== outside) : [];
  return {
    mark: devices.map(({ name, mark }) => `-i ${name} -j MARK --set-xmark ${mark}`),
    keepApart: devices
      .filter(({ name }) => name !== open)
      .map(({ name, mark }) => `-o ${name} -m mark ! --mark ${mark} -j DROP`),
    untranslated:
      gateway && snat && outside !== null
        ? [`-o ${gateway.name} -m connmark --mark ${marks(outside)} -j ACCEPT`]
        : [],
    floatingIn: crossing.map(({ address, scope }) => `-d ${address}/32 -j MARK --set-xmark ${marks(scope)}`),
    floatingOut: devices
      .filter(({ mark }) => crossing.length > 0 && mark === marks(outside))
      .map(({ name, mark }) => `-o ${name} -j MARK --set-xmark ${mark}`),
    floatingFrom: (target) => crossing.map(({ fixedAddress }) => `-s ${fixedAddress}/32 ${target}`),
  };
}
