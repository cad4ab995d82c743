import { monitorLinks } from '../../linux/linkMonitor.ts';
import { type Link, listLinks } from '../../linux/links.ts';
import { isTap } from './devices.ts';

export interface DeviceEvents {
  /** A device appeared, perhaps in place of one of the same name, or went. */
  changed(device: string): void;
  failed(error: unknown): void;
}

export interface DeviceWatch {
  has(device: string): boolean;
  /** These are there and known to whoever is told: none of them has appeared. */
  saw(links: Iterable<Link>): void;
  close(): void;
}

/** Tells of devices of ports that come and go, within milliseconds, and of nothing else that happens to links. */
export function watchDevices(events: DeviceEvents): DeviceWatch {
  let known = new Map<string, number>();
  let looking = false;
  let again = false;

  const look = async () => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    do {
      again = false;
      try {
        const links = await listLinks();
        const now = new Map(
          [...links.values()].filter((link) => isTap(link.name)).map((link) => [link.name, link.index]),
        );
        const before = known;
        known = now;
        for (const [name, index] of now) if (before.get(name) !== index) events.changed(name);
        for (const name of before.keys()) if (!now.has(name)) events.changed(name);
      } catch (error) {
        events.failed(error);
      }
    } while (again);
    looking = false;
  };

  const monitor = monitorLinks({
    changed: (name, index) => {
      if (!isTap(name)) return;
      if (index === undefined || looking) void look();
      else if (known.get(name) !== index) {
        // What has appeared need not be looked for among all devices first.
        known.set(name, index);
        events.changed(name);
      }
    },
    gap: () => void look(),
  });
  return {
    has: (device) => known.has(device),
    saw(links) {
      for (const { name, index } of links) if (isTap(name)) known.set(name, index);
    },
    close: () => monitor.close(),
  };
}
