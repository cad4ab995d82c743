import { monitorIp } from './ipMonitor.ts';

export interface LinkEvents {
  /** A device appeared, changed or went. */
  changed(name: string): void;
  /** Events may have been lost: look at everything. */
  gap(): void;
}

/** Tells of devices the moment the kernel does. */
export const monitorLinks = (events: LinkEvents, netns?: string): { close(): void } =>
  monitorIp(
    'link',
    {
      line(text) {
        const name = /^(?:Deleted )?\d+: ([^:@\s]+)/.exec(text)?.[1];
        if (name !== undefined) events.changed(name);
      },
      gap: () => events.gap(),
    },
    netns,
  );
