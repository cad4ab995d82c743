import { listAddresses } from '../../../linux/addresses.ts';
import { monitorIp } from '../../../linux/ipMonitor.ts';
import type { VrrpState } from '../../../linux/keepalived.ts';
import { DeviceMissing } from '../../../linux/netlink/device.ts';
import { NamespaceMissing } from '../../../linux/setns.ts';

/** Who carries the primary address is primary: the kernel's word, not keepalived's. */
export interface RoleWatch {
  readonly device: string;
  readonly cidr: string;
  readonly netns: string;
  /** Called with the role at the start, and whenever it changes. */
  changed(state: VrrpState): void;
}

export interface RunningWatch {
  /** Looks at the address now, besides listening. */
  look(): Promise<void>;
  close(): void;
}

const AGAIN_MILLISECONDS = 1000;

/** Watches the primary address on the HA device of a router's namespace. */
export function watchRole({ device, cidr, netns, changed }: RoleWatch): RunningWatch {
  let known: VrrpState | undefined;
  let closed = false;
  let again: NodeJS.Timeout | undefined;
  const learn = (state: VrrpState) => {
    if (closed || state === known) return;
    known = state;
    changed(state);
  };

  async function isCarried(): Promise<boolean> {
    try {
      return (await listAddresses({ netns, device })).some((address) => address.cidr === cidr);
    } catch (error) {
      if (error instanceof DeviceMissing || error instanceof NamespaceMissing) return false;
      throw error;
    }
  }

  /** A look that fails says nothing of the role. */
  async function look(): Promise<void> {
    clearTimeout(again);
    const carried = await isCarried().catch(() => undefined);
    if (carried !== undefined) learn(carried ? 'primary' : 'backup');
    else if (!closed) again = setTimeout(look, AGAIN_MILLISECONDS);
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
    look,
    close() {
      // A look at the addresses may be under way.
      closed = true;
      clearTimeout(again);
      monitor.close();
    },
  };
}
