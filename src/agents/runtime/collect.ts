import { collectHost, packed, placesOf } from '../../collect/host.ts';
import type { Config } from '../../config/option.ts';
import type { Endpoint } from '../../messaging/transport.ts';
import { collection } from '../../rpc/collect.ts';
import { endpoint } from '../../rpc/interface.ts';

/** Answers `neutron-doctor bundle`: what this host's files, logs and kernel say. One question at a time is worked on. */
export function collects(config: Config): Endpoint {
  let running: ReturnType<typeof collectHost> | undefined;
  const gather = () => {
    running ??= collectHost(placesOf(config)).finally(() => {
      running = undefined;
    });
    return running;
  };
  // Any kind will do: they differ in their topics alone.
  return endpoint(collection('Linux bridge agent'), { collect: async () => packed(await gather()) });
}
