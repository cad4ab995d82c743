import { runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import type { Target } from '../target/target.ts';

/** A number that no link of the lab has as its group, by which all are removed at once. */
const GROUP = 4711;

/** Milliseconds that one `ip -batch` takes to make so many taps, put them into a bare bridge and set them up. */
export async function bareTaps({ lab }: Target, count: number): Promise<number> {
  const taps = Array.from({ length: count }, (_, index) => `benchtap${index}`);
  const lines = taps.flatMap((tap) => [
    `link add ${tap} group ${GROUP} type veth peer name p${tap} group ${GROUP}`,
    `link set ${tap} master benchbr up`,
  ]);
  const script = `ip link add name benchbr group ${GROUP} type bridge forward_delay 0 stp_state 0
ip link set benchbr up
trap 'ip link del group ${GROUP}' EXIT
date +%s%N; ip -batch -; date +%s%N`;
  const { stdout } = await runIn(hostNamed(lab, 'compute'), ['bash', '-ec', script], {
    input: `${lines.join('\n')}\n`,
  });
  const [began, ended] = stdout.trim().split('\n').map(Number);
  return (ended! - began!) / 1e6;
}
