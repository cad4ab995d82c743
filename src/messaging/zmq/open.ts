import { hostname } from 'node:os';
import type { Log } from '../../log/log.ts';
import type { Transport } from '../transport.ts';
import { ZmqHub } from './hub.ts';
import type { ZmqSettings } from './settings.ts';
import { ZmqTransport } from './transport.ts';

/** Another process of this machine, or another machine, is the hub. */
const isTakenCare = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EADDRINUSE' || error.code === 'EADDRNOTAVAIL');

async function openHub(settings: ZmqSettings, log: Log): Promise<ZmqHub | undefined> {
  try {
    return await ZmqHub.open(settings, log);
  } catch (error) {
    if (!isTakenCare(error)) throw error;
    log.info(`RPC goes through the neutron-server that has ${settings.host}:${settings.port}`);
    return undefined;
  }
}

/** A transport over ZeroMQ; of a server, with the hub that all others connect to. */
export async function openZmq(
  settings: ZmqSettings,
  { clientName, server }: { clientName: string; server?: boolean },
  log: Log,
): Promise<Transport> {
  const hub = server ? await openHub(settings, log) : undefined;
  const transport = new ZmqTransport(settings, `${clientName}@${hostname()}:${process.pid}`, log);
  if (!hub) return transport;
  return {
    call: (...request) => transport.call(...request),
    cast: (target, method, args, context) => transport.cast(target, method, args, context),
    listen: (...listener) => transport.listen(...listener),
    on: (event, handler) => transport.on(event, handler),
    async close() {
      await transport.close();
      await hub.close();
    },
  };
}
