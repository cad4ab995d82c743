import type { Config } from '../config/option.ts';
import type { Log } from '../log/log.ts';
import type { Transport } from '../messaging/transport.ts';
import type { Db } from './db/database.ts';
import type { Outbox } from './notify/outbox.ts';
import type { Hooks } from './services/hooks.ts';

/** What every part of the server is built from; made once in workers/serve.ts. */
export interface ServerContext {
  readonly config: Config;
  readonly log: Log;
  readonly db: Db;
  readonly outbox: Outbox;
  readonly hooks: Hooks;
  readonly transport: Transport;
}
