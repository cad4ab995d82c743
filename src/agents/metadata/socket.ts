import { chmodSync, renameSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { dirname } from 'node:path';
import { giveToOwner, makeFolder } from '../../linux/owner.ts';

/**
 * Serves HTTP on a unix socket. The socket takes the place of an earlier one in one step, with its mode set, so that
 * a proxy never meets a missing or closed door while the agent is replaced.
 */
export async function serveOnSocket(
  handler: RequestListener,
  options: { readonly path: string; readonly mode: number; readonly backlog: number },
): Promise<{ close(): Promise<void> }> {
  const { path, mode, backlog } = options;
  const fresh = `${path}.${process.pid}`;
  makeFolder(dirname(path));
  rmSync(fresh, { force: true });
  const server = createServer(handler);
  await listen(server, fresh, backlog);
  chmodSync(fresh, mode);
  giveToOwner(fresh);
  renameSync(fresh, path);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

const listen = (server: Server, path: string, backlog: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, backlog }, resolve);
  });
