import { core, nova } from '../../../config/options/index.ts';
import type { ServerContext } from '../../context.ts';
import type { ResourceHooks } from '../../services/hooks.ts';
import type { Item } from '../../services/service.ts';
import { createBatch } from './batch.ts';
import { createNovaClient } from './client.ts';
import { novaHooks } from './events.ts';

export interface NovaNotifier {
  readonly port: ResourceHooks;
  readonly floatingip: ResourceHooks;
  /** Sends what waits. */
  close(): Promise<void>;
}

/** Tells Nova of its servers' ports, when the options want it and [nova] says where and as whom. */
export function createNovaNotifier(
  { config, log: root }: ServerContext,
  portOf: (id: string) => Promise<Item | undefined>,
): NovaNotifier | undefined {
  const options = config.group(core);
  const settings = config.group(nova);
  const statusChanges = options.notify_nova_on_port_status_changes;
  const dataChanges = options.notify_nova_on_port_data_changes;
  const log = root.named('neutron.notifiers.nova');
  if (!statusChanges && !dataChanges) return undefined;
  if (settings.auth_url === null) {
    log.info('Nova is not told of ports: [nova] auth_url is not set');
    return undefined;
  }
  const batch = createBatch(options.send_events_interval, createNovaClient(settings, log));
  return { ...novaHooks({ statusChanges, dataChanges, queue: batch.queue, portOf }), close: batch.close };
}
