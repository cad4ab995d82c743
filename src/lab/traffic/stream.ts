import { start } from '../../linux/process.ts';
import { waitForPort } from '../deployments/processes.ts';
import { entering, type RunningHost, startIn } from '../host.ts';
import { nodeProgram, projectRoot } from '../paths.ts';

const PORT = 7007;

/** Serves the other end of streams on a host. */
export async function startEcho(host: RunningHost): Promise<void> {
  await startIn(
    host,
    [nodeProgram, `${projectRoot}/src/lab/tools/echo.ts`, String(PORT)],
    '/var/log/echo.out',
  );
  await waitForPort(host, PORT);
}

/** Keeps one TCP connection busy until ended; the answer is `echoed N`, or `broken: why`. */
export function startStream(
  from: RunningHost,
  address: string,
  inside: (command: string[]) => string[] = (command) => command,
): () => Promise<string> {
  const talker = [nodeProgram, `${projectRoot}/src/lab/tools/talker.ts`, address, String(PORT)];
  const child = start([...entering(from), ...inside(talker)]);
  let said = '';
  child.stdout.on('data', (data) => {
    said += data;
  });
  child.stderr.on('data', (data) => {
    said += data;
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return async () => {
    child.stdin.end();
    await closed;
    return said.trim();
  };
}
