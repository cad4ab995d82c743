import { type RunningHost, runIn } from '../../src/lab/host.ts';

/**
 * Starts listening, in the host's network and in each of its namespaces, to what the kernel tells of its tables and packet
 * filters; a file for each. `ip monitor` needs a moment until it listens.
 */
const LISTEN = `rm -rf "$0"; mkdir -p "$0"
listen() {
  name=$1; shift
  "$@" ip -o monitor link address route >"$0/$name.ip" 2>&1 & echo $! >>"$0/pids"
  "$@" stdbuf -oL xtables-monitor --event >"$0/$name.rules" 2>&1 & echo $! >>"$0/pids"
  "$@" bridge monitor fdb >"$0/$name.fdb" 2>&1 & echo $! >>"$0/pids"
  "$@" ip -o monitor neigh >"$0/$name.neigh" 2>&1 & echo $! >>"$0/pids"
}
listen host env
for each in $(ip netns list | cut -d ' ' -f 1); do listen "$each" ip netns exec "$each"; done
ipset save | sort >"$0/sets"
sleep 2`;

/** Ends the listening; prints what was told, one line a write, and the entries of sets that came or went. */
const END = `sleep 1
kill $(cat "$0/pids")
cd "$0"
for each in *.ip; do sed "s/^/$each: /" "$each"; done
for each in *.fdb; do grep ' dst ' "$each" | sed "s/^/$each: /"; done
for each in *.neigh; do grep PERMANENT "$each" | sed "s/^/$each: /"; done
for each in *.rules; do grep EVENT "$each" | sed "s/^/$each: /"; done
ipset save | sort | comm -3 sets - | sed 's/^/ipset: /'
rm -rf "$0"`;

const FILES = '/run/bench-writes';

/**
 * What is written to the kernel of a host while some work is done there: links, addresses and routes of its network and of
 * the namespaces that it has when the work begins, tunnels' forwarding entries and permanent neighbours, rules of packet
 * filters (of nftables, as Debian's iptables keeps them), entries of sets. One line each. Not seen: kernel parameters, files.
 */
export async function kernelWrites(
  host: RunningHost,
  work: () => Promise<unknown>,
): Promise<readonly string[]> {
  const told = async () => {
    const { stdout } = await runIn(host, ['bash', '-c', END, FILES]);
    return stdout.split('\n').filter((line) => line !== '');
  };
  await runIn(host, ['bash', '-c', LISTEN, FILES]);
  try {
    await work();
  } catch (error) {
    await told();
    throw error;
  }
  return told();
}
