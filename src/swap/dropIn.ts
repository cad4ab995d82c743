import { PROGRAMS, type Unit } from './unit.ts';

/** The file by which a unit runs ours; without it the unit is as its package left it. */
export const dropInPath = (unit: Unit): string => `etc/systemd/system/${unit}.service.d/neutron-ts.conf`;

/** A word as systemd reads it back: its specifiers and variables are spelt out. */
const quoted = (word: string): string => {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /[\s"'\\;]/.test(plain) ? `"${plain.replace(/["\\]/g, '\\$&')}"` : plain;
};

const isServer = (unit: Unit): boolean => PROGRAMS[unit] === 'neutron-server';

/** How a unit of an agent must be stopped: Debian's would take dnsmasq, haproxy and keepalived along. */
const stopGently = (unit: Unit): string => (isServer(unit) ? 'KillMode=mixed' : 'KillMode=process');

/**
 * What makes a unit of Python's run ours. User= stays, so that systemd's folders stay those of Python's agents; `+` runs
 * an agent as root all the same, which moves links and opens namespaces itself instead of through rootwrap.
 */
export const dropInText = (unit: Unit, binDirectory: string, args: readonly string[]): string => {
  const command = [`${binDirectory}/${PROGRAMS[unit]}`, ...args].map(quoted).join(' ');
  return `# By neutron-swap: this unit runs neutron-ts. Going back: neutron-swap --back ${unit}
[Service]
Type=exec
ExecStart=
ExecStart=${isServer(unit) ? '' : '+'}${command}
${stopGently(unit)}
CacheDirectory=neutron-ts/%N
Environment=NODE_COMPILE_CACHE=%C/neutron-ts/%N
`;
};

/** In place while Python's program takes over again: what serves the guests is not stopped with ours. */
export const farewellText = (unit: Unit): string => `[Service]\n${stopGently(unit)}\n`;
