import { existsSync } from 'node:fs';
import { driftMetadataSocket } from '../../health/catalogue/drift.ts';
import { novaMetadataUnreachable } from '../../health/catalogue/nova.ts';
import { missing } from '../../linux/difference.ts';
import { client } from '../../rpc/interface.ts';
import { metadata } from '../../rpc/metadata.ts';
import type { AgentParts, AgentRuntime } from '../runtime/agent.ts';
import { createLookup } from './lookup.ts';
import { novaClient } from './nova.ts';
import { metadataProxy } from './proxy.ts';
import { metadataSettings } from './settings.ts';
import { serveOnSocket } from './socket.ts';

/** Less than the namespace proxies wait, so that the guest gets an answer from here. */
const lookupSeconds = 20;

/** The metadata agent: it stands between guests and Nova, and vouches for who asks. */
export async function metadataAgentParts(runtime: AgentRuntime): Promise<AgentParts> {
  const { config, transport, newContext } = runtime;
  const log = runtime.log.named('neutron.agent.metadata.agent');
  const settings = metadataSettings(config);
  if (settings.secret === '')
    log.warning('metadata_proxy_shared_secret is empty: Nova accepts no request unless its own is empty too');

  const server = client(transport, metadata);
  const lookup = createLookup((filters) =>
    server.get_ports(newContext(), { filters }, { timeoutSeconds: lookupSeconds }),
  );
  const nova = novaClient(settings.nova);
  const handler = metadataProxy({ log, secret: settings.secret, lookup, ask: nova.ask, novaUrl: nova.url });
  const serve = () =>
    serveOnSocket(handler, {
      path: settings.socket,
      mode: settings.socketMode,
      backlog: settings.backlog,
    });
  let socket = await serve();
  /** Whoever is connected to the one that lost its name is served to the end. */
  const serveAnew = async () => {
    const lost = socket;
    socket = await serve();
    void lost.close();
  };

  return {
    facts: {
      binary: 'neutron-metadata-agent',
      agentType: 'Metadata agent',
      topic: 'N/A',
      castsAfterFirst: true,
    },
    configurations: () => ({
      metadata_proxy_socket: settings.socket,
      nova_metadata_host: settings.nova.host,
      nova_metadata_port: settings.nova.port,
      log_agent_heartbeats: settings.logHeartbeats,
    }),
    self: {
      loops: [],
      applied: async () => ({ applied: true }),
      async look() {
        const differences = existsSync(settings.socket) ? [] : [missing(`socket ${settings.socket}`)];
        const drift = [{ problem: driftMetadataSocket, differences, heal: serveAnew }];
        return {
          complete: true,
          compared: { socket: 1 },
          drift: drift.filter((one) => one.differences.length > 0),
        };
      },
      async findings() {
        const reason = await nova.unreachable();
        return reason === undefined ? [] : [novaMetadataUnreachable.found({ url: nova.url, reason })];
      },
    },
    // It holds no state: every request is answered from what the server knows at that moment.
    resync() {},
    async stop() {
      await socket.close();
      nova.close();
    },
  };
}
