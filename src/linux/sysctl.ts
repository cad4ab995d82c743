import { readFileSync, writeFileSync } from 'node:fs';
import { type Difference, unset } from './difference.ts';
import { within } from './setns.ts';

/** Kernel parameters by their path below /proc/sys, slashes kept (device names hold dots): 'net/ipv4/ip_forward'. */
export type Sysctls = Readonly<Record<string, number | string>>;

/** The value, or undefined when this kernel lacks the parameter. */
export function readSysctl(name: string, netns?: string): string | undefined {
  return within(netns, () => {
    try {
      return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
    } catch {
      return undefined;
    }
  });
}

/** Whether this kernel has IPv6 at all. */
export const hasIpv6 = (): boolean => readSysctl('net/ipv6/conf/all/forwarding') !== undefined;

/** Whether new devices get IPv6, which may be switched off in a kernel that has it. */
export const devicesGetIpv6 = (): boolean => readSysctl('net/ipv6/conf/default/disable_ipv6') === '0';

/** Writes those that differ and returns their names; throws the system's error for one that cannot be written. */
export function writeSysctls(values: Sysctls, netns?: string): readonly string[] {
  return within(netns, () =>
    Object.entries(values)
      .filter(([name, value]) => {
        const path = `/proc/sys/${name}`;
        if (readFileSync(path, 'utf8').trim() === String(value)) return false;
        writeFileSync(path, String(value));
        return true;
      })
      .map(([name]) => name),
  );
}

/** What `writeSysctls` would write; a parameter that this kernel lacks is none of it. */
export function compareSysctls(values: Sysctls, netns?: string): Difference[] {
  return within(netns, () =>
    Object.entries(values).flatMap(([name, value]) => {
      const now = readSysctl(name);
      return now === undefined || now === String(value)
        ? []
        : [unset(`${name.replaceAll('/', '.')} = ${value} (it is ${now})`)];
    }),
  );
}
