import { monitorIp } from './ipMonitor.ts';

export interface LinkEvents {
  /** A device appeared, changed or went; `index` is absent when it may have gone, or only left its bridge. */
  changed(name: string, index?: number): void;
  /** Events may have been lost: look at everything. */
  gap(): void;
}

/** Tells of devices the moment the kernel does. */
export const monitorLinks = (events: LinkEvents, netns?: string): { close(): void } =>
  monitorIp(
    'link',
    {
      line(text) {
        const [, deleted, index, name] = /^(Deleted )?(\d+): ([^:@\s]+)/.exec(text) ?? [];
        if (name !== undefined) events.changed(name, deleted ? undefined : Number(index));
      },
      gap: () => events.gap(),
    },
    netns,
  );
