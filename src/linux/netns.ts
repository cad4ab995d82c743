import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ip } from './batch.ts';
import { whileLocked } from './fileLock.ts';
import { bindMount, shareMounts, unmount } from './mount.ts';
import { NAMESPACES, NamespaceMissing, within, withinNew } from './setns.ts';
import { type Sysctls, writeSysctls } from './sysctl.ts';

/** Names of this host's named network namespaces. */
export function listNamespaces(): readonly string[] {
  try {
    return readdirSync(NAMESPACES).sort();
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
    deleteNamespace(netns);
    addNamespace(netns);
    await ip(['link set lo up'], { netns });
  }
  writeSysctls(sysctls, netns);
  return { created };
}

/** As `ip netns add` does: a file on which the namespace is mounted, so that it stays and every program finds it. */
function addNamespace(netns: string): void {
  mkdirSync(NAMESPACES, { recursive: true, mode: 0o755 });
  // Several at once would each mount the folder over the others' (Debian's bug 949235). `ip netns add` takes this lock, too.
  whileLocked(NAMESPACES, () => shareMounts(NAMESPACES));
  const path = join(NAMESPACES, netns);
  closeSync(openSync(path, 'wx', 0));
  try {
    withinNew(() => bindMount('/proc/thread-self/ns/net', path));
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** Deletes the namespace; one that is already gone is fine. Its devices go with it, a moment later. */
export function deleteNamespace(netns: string): void {
  const path = join(NAMESPACES, netns);
  unmount(path);
  rmSync(path, { force: true });
}
