import { listAddresses } from '../../../linux/addresses.ts';
import { monitorIp } from '../../../linux/ipMonitor.ts';
import type { VrrpState } from '../../../linux/keepalived.ts';

/** Who carries the primary address is primary: the kernel's word, not keepalived's. */
export interface RoleWatch {
  readonly device: string;
  readonly cidr: string;
  readonly netns: string;
  /** Called with the role at the start, and whenever it changes. */
  changed(state: VrrpState): void;
}

/** Watches the primary address on the HA device of a router's namespace. */
export function watchRole({ device, cidr, netns, changed }: RoleWatch): { close(): void } {
  let known: VrrpState | undefined;
  let closed = false;
  const learn = (state: VrrpState) => {
    if (closed || state === known) return;
    known = state;
    changed(state);
  };

  async function look(): Promise<void> {
    try {
      const addresses = await listAddresses({ netns, device });
      learn(addresses.some((address) => address.cidr === cidr) ? 'primary' : 'backup');
    } catch {
      // Without the device nothing is carried.
      learn('backup');
    }
  }

  const monitor = monitorIp(
    'address',
    {
      line(text) {
        const found = /^(Deleted )?\d+: (\S+)\s+inet (\S+)/.exec(text);
        if (found?.[2] === device && found[3] === cidr) learn(found[1] ? 'backup' : 'primary');
      },
      gap: () => void look(),
    },
    netns,
  );
  return {
    close() {
      // A look at the addresses may be under way.
      closed = true;
      monitor.close();
    },
  };
}
