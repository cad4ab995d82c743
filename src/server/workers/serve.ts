import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/option.ts';
import { core, messaging, service } from '../../config/options/index.ts';
import type { ProcessLog } from '../../log/open.ts';
import { atMost } from '../../messaging/atMost.ts';
import { openTransport } from '../../messaging/open.ts';
import { CannotStart } from '../cannotStart.ts';
import { type Db, openDatabase } from '../db/database.ts';
import { createOwnTables, createSchema } from '../db/migrate.ts';
import { databaseSettings, databaseUrl } from '../db/settings.ts';
import { schemaState } from '../db/state.ts';
import { unusable } from '../db/version.ts';
import { createIdentity, listenAddress } from '../identity/strategy.ts';
import { openOutbox } from '../notify/outbox.ts';
import { startPeriodic } from '../scheduling/periodic.ts';
import { noHooks } from '../services/hooks.ts';
import { giveMemoryBack } from './memory.ts';
import type { Role } from './plan.ts';
import { READY } from './supervise.ts';

/** Opens the database; an embedded one that is not there yet is made, any other must have been migrated. */
async function openMigrated(config: Config, log: ProcessLog): Promise<Db> {
  const url = databaseUrl(config);
  const embedded = url.startsWith('sqlite');
  if (embedded) mkdirSync(dirname(url.replace(/^sqlite:\/\/\//, '')), { recursive: true });
  const db = await openDatabase(url, log.named('neutron.db'), databaseSettings(config));
  const problem = await unusable(db);
  if (problem !== undefined) throw new CannotStart(problem);
  const state = await schemaState(db);
  if (embedded && state.kind === 'empty') {
    log.info(`Creating the database ${url}`);
    await createSchema(db);
  } else if (state.kind !== 'current') {
    throw new CannotStart(state.text);
  } else {
    if (state.release !== 'zed') log.named('neutron.db').info(state.text);
    // A database that Python Neutron made lacks the tables that only this server has.
    await createOwnTables(db);
  }
  return db;
}

/** Everything of one process, from the configuration to an orderly end. */
export async function serve(role: Role, config: Config, log: ProcessLog): Promise<void> {
  const logger = log.named('neutron.service');
  try {
    const { host } = config.group(core);
    const address = listenAddress(config);
    const identity = createIdentity(config, log);
    if (role.api) identity.prepare?.();
    // What takes long to load is loaded while the database, the broker and Keystone work on their answers.
    const [db, transport, { compose }, http] = await Promise.all([
      openMigrated(config, log),
      openTransport(config, log, { clientName: 'neutron-server', server: true }),
      import('../compose.ts'),
      role.api ? import('../http/server.ts') : undefined,
    ]);
    const outbox = openOutbox({ db, log, transport });
    const server = { config, log, db, transport, outbox, hooks: noHooks() };
    const parts = await compose(server, identity);
    const api = http?.createHttpServer(parts.api);
    if (api) {
      await api.listen(address);
      logger.info(`The API listens on http://${address.host}:${address.port}`);
    }
    // Of the database's connections each topic has its share, or agents that all ask at once would keep their own reports of
    // state waiting until they count as dead.
    const topics = Object.entries(parts.endpoints);
    const { executor_thread_pool_size } = config.group(messaging);
    const share = Math.min(
      executor_thread_pool_size,
      Math.max(1, Math.floor(databaseSettings(config).poolSize / topics.length)),
    );
    // The broker may be away: the API works meanwhile, agents are answered when it is back.
    const listening = role.rpc
      ? Promise.all(
          topics.map(([topic, endpoints]) => transport.listen(topic, host, atMost(share, endpoints))),
        )
      : Promise.resolve([]);
    listening.then(
      (listeners) => {
        if (listeners.length > 0)
          logger.info(`RPC is served as ${host}: ${topics.map(([topic]) => topic).join(', ')}`);
      },
      (error: unknown) => logger.error(`RPC cannot be served: ${textOf(error)}`),
    );
    const stopPeriodic = role.periodic ? startPeriodic(parts.periodic, logger) : () => {};
    process.send?.(READY);
    const stopGivingBack = giveMemoryBack();

    endOnSignal(config.group(service).graceful_shutdown_timeout, log, async () => {
      await api?.close();
      stopPeriodic();
      stopGivingBack();
      const listeners = await Promise.race([listening.catch(() => []), sleep(0, [])]);
      await Promise.allSettled(listeners.map((listener) => listener.close()));
      await parts.close();
      await outbox.close();
      await transport.close();
      await db.close();
    });
  } catch (error) {
    logger.error(
      `neutron-server cannot start: ${error instanceof CannotStart ? error.message : textOf(error)}`,
    );
    log.close();
    process.exit(1);
  }
}

const textOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** Ends the process on SIGTERM and SIGINT when `end` is through, or after `timeoutSeconds` (0: never) or a second signal. */
function endOnSignal(timeoutSeconds: number, log: ProcessLog, end: () => Promise<void>): void {
  const logger = log.named('neutron.service');
  let ending = false;
  const leave = (code: number): never => {
    log.close();
    process.exit(code);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (ending) leave(1);
    ending = true;
    logger.info(`${signal}: finishing the requests in progress`);
    if (timeoutSeconds > 0) {
      setTimeout(() => {
        logger.warning(`Requests were still in progress after ${timeoutSeconds} s`);
        leave(1);
      }, timeoutSeconds * 1000).unref();
    }
    end().then(
      () => {
        logger.info('neutron-server has ended.');
        leave(0);
      },
      (error: unknown) => {
        logger.error(`The end was not clean: ${textOf(error)}`);
        leave(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
