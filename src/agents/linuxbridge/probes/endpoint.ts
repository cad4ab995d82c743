import type { Endpoint } from '../../../messaging/transport.ts';
import { endpoint } from '../../../rpc/interface.ts';
import { probes as definition } from '../../../rpc/probes.ts';
import type { Probes } from './probes.ts';

export const probesEndpoint = (probes: Probes): Endpoint =>
  endpoint(definition, {
    async plug(_, { port }) {
      await probes.plug(port);
      return null;
    },
    run: (_, { port_id, probe }) => probes.run(port_id, probe),
    unplug: (_, { port_id }) => probes.unplug(port_id),
  });
