import { lchownSync, lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Agents run as root, Python's as the user that owns /var/lib/neutron. What ours write must be theirs: else an agent of
 * Python's, back in its place, may neither replace a file nor reach a socket, and its proxies run as another user.
 */

const isRoot = process.geteuid?.() === 0;

function statOfNearest(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    return statOfNearest(dirname(path));
  }
}

/** The user and group for whom we work in a folder, made or not yet: its owner; who is not root works for himself. */
export function ownerOf(folder: string): { readonly uid: number; readonly gid: number } {
  if (!isRoot) return { uid: process.geteuid!(), gid: process.getegid!() };
  const { uid, gid } = statOfNearest(folder);
  return { uid, gid };
}

/** Gives a file, socket or folder of root's to the owner of the folder that it is in. */
export function giveToOwner(path: string): void {
  if (!isRoot) return;
  const { uid, gid } = statSync(dirname(path));
  if (uid !== 0 && lstatSync(path).uid === 0) lchownSync(path, uid, gid);
}

/** Makes a folder and those above it that are missing, as their owner would. */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o755 });
  if (first === undefined) return;
  const steps = relative(first, path).split('/').filter(Boolean);
  for (const [index] of ['', ...steps].entries()) giveToOwner(join(first, ...steps.slice(0, index)));
}
