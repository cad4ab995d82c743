import { after } from 'node:test';
import {
  type MariaDbServer,
  sqliteForTest,
  startMariaDb,
  type TestDatabase,
} from '../../src/server/db/testing.ts';

/** A database of its own for a test, by dialect; the servers it needs end with the test file. */
export function databases(): Readonly<Record<'sqlite' | 'mariadb', () => Promise<TestDatabase>>> {
  const servers: MariaDbServer[] = [];
  after(() => Promise.all(servers.map((server) => server.stop())));
  return {
    sqlite: sqliteForTest,
    mariadb: async () => {
      const server = await startMariaDb();
      servers.push(server);
      return server.database();
    },
  };
}
