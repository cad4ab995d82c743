import { cFunction, systemError } from './libc.ts';

const BIND = 0x1000;
const RECURSIVE = 0x4000;
const SHARED = 0x100000;
const DETACH = 2;

const mount = cFunction(
  'int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)',
);
const umount = cFunction('int umount2(const char *target, int flags)');

const mounted = (source: string, target: string, flags: number): boolean =>
  mount(source, target, 'none', flags, null) === 0;

/** Shows a file under a second path, which exists. @throws an error with a `code`: EPERM, EINVAL */
export function bindMount(source: string, target: string): void {
  if (!mounted(source, target, BIND)) throw systemError(`${source} cannot be mounted on ${target}`);
}

/**
 * What is mounted below a folder from now on, or no longer, is so for every mount namespace that has the folder from here.
 * @throws an error with a `code`
 */
export function shareMounts(folder: string): void {
  if (mounted('', folder, SHARED | RECURSIVE)) return;
  // Only a mount can be shared.
  if (!mounted(folder, folder, BIND | RECURSIVE) || !mounted('', folder, SHARED | RECURSIVE))
    throw systemError(`mounts below ${folder} cannot be shared`);
}

/** Takes away what is mounted on a path, when it is in use no more. What is not mounted is fine. @throws an error with a `code` */
export function unmount(path: string): void {
  if (umount(path, DETACH) === 0) return;
  const error = systemError(`${path} cannot be unmounted`);
  if (!['EINVAL', 'ENOENT'].includes(error.code)) throw error;
}
