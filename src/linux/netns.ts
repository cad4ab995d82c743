import { readdirSync } from 'node:fs';
import { ip } from './batch.ts';
import { CommandFailed, run } from './process.ts';
import { NamespaceMissing, within } from './setns.ts';
import { type Sysctls, writeSysctls } from './sysctl.ts';

/** Names of this host's named network namespaces. */
export function listNamespaces(): readonly string[] {
  try {
    return readdirSync('/run/netns').sort();
  } catch {
    return [];
  }
}

/** True when the name is a working namespace; a leftover file of that name is not. */
export function namespaceExists(netns: string): boolean {
  try {
    return within(netns, () => true);
  } catch (error) {
    if (error instanceof NamespaceMissing) return false;
    throw error;
  }
}

/** Makes the namespace if it is missing, with lo up, and writes the given sysctls where they differ. */
export async function ensureNamespace(netns: string, sysctls: Sysctls = {}): Promise<{ created: boolean }> {
  const created = !namespaceExists(netns);
  if (created) {
    if (listNamespaces().includes(netns)) await run(['ip', 'netns', 'delete', netns], { allowed: [0, 1] });
    await run(['ip', 'netns', 'add', netns]);
    await ip(['link set lo up'], { netns });
  }
  writeSysctls(sysctls, netns);
  return { created };
}

/** Deletes the namespace; one that is already gone is fine. Its devices go with it, a moment later. */
export async function deleteNamespace(netns: string): Promise<void> {
  try {
    await run(['ip', 'netns', 'delete', netns]);
  } catch (error) {
    if (error instanceof CommandFailed && !listNamespaces().includes(netns)) return;
    throw error;
  }
}
