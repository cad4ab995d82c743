import { runIn } from '../host.ts';
import type { Lab, Progress } from '../lab.ts';

const TAIL = `for f in /var/log/neutron/*; do
  lines=$(grep -E ' (WARNING|ERROR|CRITICAL) |^[A-Za-z]*Error|^    at ' "$f" | tail -n 15)
  [ -n "$lines" ] && printf '== %s\\n%s\\n' "$f" "$lines"
done; true`;

/** Shows what every daemon complained about: the first place to look when a check fails. */
export async function showLogs(lab: Lab, show: Progress): Promise<void> {
  for (const host of lab.hosts.values()) {
    const { stdout } = await runIn(host, ['sh', '-c', TAIL]);
    if (stdout) show(`--- ${host.name}\n${stdout}`);
  }
}
