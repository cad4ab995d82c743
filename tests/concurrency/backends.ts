import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RabbitServer, startRabbit } from '../../src/messaging/rabbit/testing.ts';
import { type MariaDbServer, startMariaDb, type TestDatabase } from '../../src/server/db/testing.ts';

/** What neutron-server processes under test share: MariaDB with a database, RabbitMQ, a folder for their files. */
export interface Backends {
  readonly mariadb: MariaDbServer;
  readonly db: TestDatabase;
  readonly rabbit: RabbitServer;
  readonly directory: string;
  close(): Promise<void>;
}

/** Starts them on private ports; what fails on the way ends what was started. */
export async function startBackends(): Promise<Backends> {
  const directory = await mkdtemp(join(tmpdir(), 'neutron-backends-'));
  const starting = [startMariaDb(), startRabbit()] as const;
  const end = async (): Promise<void> => {
    const started = await Promise.allSettled(starting);
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const [mariadb, rabbit] = await Promise.all(starting);
    const db = await mariadb.database();
    return {
      mariadb,
      db,
      rabbit,
      directory,
      async close() {
        await db.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
