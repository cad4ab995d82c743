import { comment, type Hook, type Table, type TableName, type Tables } from './rules.ts';

/**
 * The frame of chains that Neutron's agents put around their rules: each built-in chain jumps to a chain of the
 * agent's own, whose name starts with the wrap name (first 16 characters of the process name). Chains named
 * neutron-… without a wrap name are shared by all agents of a namespace.
 */
const BUILT_IN: Readonly<Record<TableName, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** First 16 characters of the process name: 'neutron-linuxbri', 'neutron-l3-agent', 'neutron-dhcp-age'. */
export const wrapName = (program: string) => program.slice(0, 16);

/** A chain's full name: the wrap name and the first 11 characters of the chain's. */
export const wrapped = (wrap: string, chain: string) => `${wrap}-${chain.slice(0, 11)}`;

/** Rules of an agent by unwrapped chain name; the frame's own chains (INPUT, FORWARD, local, snat …) may be among them. */
export type Chains = Readonly<Record<string, readonly string[]>>;

/**
 * Puts the frame around the rules of one agent. Only tables that are named are touched. IPv6 has no mark chain, and
 * of nat only PREROUTING.
 */
export function frame(
  wrap: string,
  family: 4 | 6,
  rules: Readonly<Partial<Record<TableName, Chains>>>,
): Tables {
  return Object.fromEntries(
    Object.entries(rules).map(([name, chains]) => [
      name,
      frameTable(wrap, family, name as TableName, chains),
    ]),
  );
}

function frameTable(wrap: string, family: 4 | 6, name: TableName, chains: Chains): Table {
  const own = new Map<string, readonly string[]>();
  const hooks = new Map<string, Hook>();
  const jump = (chain: string) => `-j ${wrapped(wrap, chain)}`;
  for (const chain of family === 6 && name === 'nat' ? ['PREROUTING'] : BUILT_IN[name]) {
    own.set(wrapped(wrap, chain), []);
    hooks.set(chain, { top: [jump(chain)] });
  }
  const inner = family === 6 && name !== 'filter' ? { own: {}, hooks: {} } : extraChains(name, jump);
  for (const [chain, rulesOfChain] of Object.entries(inner.own)) own.set(wrapped(wrap, chain), rulesOfChain);
  for (const [chain, hook] of Object.entries(inner.hooks)) hooks.set(chain, hook);
  for (const [chain, wanted] of Object.entries(chains)) {
    const full = wrapped(wrap, chain);
    own.set(full, [...(own.get(full) ?? []), ...wanted]);
  }
  return { own: Object.fromEntries(own), hooks: Object.fromEntries(hooks) };
}

function extraChains(
  name: TableName,
  jump: (chain: string) => string,
): { own: Chains; hooks: Readonly<Record<string, Hook>> } {
  switch (name) {
    case 'filter':
      return {
        own: { local: [] },
        hooks: {
          FORWARD: { top: ['-j neutron-filter-top', jump('FORWARD')] },
          OUTPUT: { top: ['-j neutron-filter-top', jump('OUTPUT')] },
          'neutron-filter-top': { top: [jump('local')] },
        },
      };
    case 'nat':
      return {
        own: { 'float-snat': [], snat: [jump('float-snat')] },
        hooks: {
          POSTROUTING: { top: [jump('POSTROUTING')], bottom: ['-j neutron-postrouting-bottom'] },
          'neutron-postrouting-bottom': {
            top: [`${comment('Perform source NAT on outgoing traffic.')} ${jump('snat')}`],
          },
        },
      };
    case 'mangle':
      return { own: { mark: [], PREROUTING: [jump('mark')] }, hooks: {} };
    default:
      return { own: {}, hooks: {} };
  }
}
