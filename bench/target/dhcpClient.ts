import { createInterface } from 'node:readline';
import { entering, type RunningHost } from '../../src/lab/host.ts';
import { nodeProgram, projectRoot } from '../../src/lab/paths.ts';
import { start } from '../../src/linux/process.ts';

/** Who asks for an address in a guest's place. It is there before the guest: its own start is not what is measured. */
export interface DhcpClient {
  /** When a DHCP server first offers one, in milliseconds since the epoch, or nothing when none does in so many seconds. */
  offerWithin(seconds: number, namespace: string): Promise<number | undefined>;
  close(): void;
}

/** One on a host, ready to ask in any namespace there, which need not have a device yet. It asks once. */
export async function dhcpClientOn(host: RunningHost): Promise<DhcpClient> {
  const program = `${projectRoot}/bench/target/firstOffer.ts`;
  const child = start([...entering(host), nodeProgram, '--disable-warning=ExperimentalWarning', program]);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.on('error', (error) => {
    stderr += error.message;
  });
  child.stdin.on('error', () => {}); // it has ended, which its output tells
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  if ((await lines.next()).value !== 'ready')
    throw new Error(`no DHCP client runs on ${host.name}: ${stderr.trim()}`);
  return {
    async offerWithin(seconds, namespace) {
      const patience = setTimeout(() => child.stdin.end(), seconds * 1000);
      child.stdin.write(`${namespace}\n`);
      const { value } = await lines.next();
      clearTimeout(patience);
      return value === undefined ? undefined : Number(value);
    },
    close: () => void child.stdin.end(),
  };
}
