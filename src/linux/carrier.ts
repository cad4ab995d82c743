import { readFileSync } from 'node:fs';

/** Whether a device that is up sees somebody at the other end of its cable; undefined when it cannot be told. */
export function hasCarrier(device: string): boolean | undefined {
  try {
    return readFileSync(`/sys/class/net/${device}/carrier`, 'utf8').trim() === '1';
  } catch {
    return undefined;
  }
}
