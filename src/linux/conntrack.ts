import { run } from './process.ts';

export interface Flow {
  readonly family: 4 | 6;
  readonly zone?: number;
  readonly protocol?: string;
  /** Original source and destination addresses. */
  readonly source?: string;
  readonly destination?: string;
  /** Counts only together with a protocol that has ports. */
  readonly destinationPort?: number;
  /** Where answers go: the translated source of a flow under SNAT. */
  readonly replyDestination?: string;
}

/** Forgets the tracked connections that match, so that the rules of now decide about them. Returns how many. */
export async function deleteFlows(flow: Flow, netns?: string): Promise<number> {
  const filter: [string, string | number | undefined][] = [
    ['-p', flow.protocol],
    ['-s', flow.source],
    ['-d', flow.destination],
    ['--orig-port-dst', flow.destinationPort],
    ['-q', flow.replyDestination],
    ['-w', flow.zone],
  ];
  const flags = filter.flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
  const family = flow.family === 4 ? 'ipv4' : 'ipv6';
  // Exit code 1 says that nothing matched.
  const { stderr } = await run(['conntrack', '-D', '-f', family, ...flags], { netns, allowed: [0, 1] });
  return Number(/(\d+) flow entries have been deleted/.exec(stderr)?.[1] ?? 0);
}

/** A tracked connection, in its original direction. */
export interface TrackedFlow {
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  readonly destinationPort?: number;
  /** Of TCP: ESTABLISHED, TIME_WAIT, … */
  readonly state?: string;
  readonly zone?: number;
}

/** The tracked connections from one address to another. */
export async function listFlows(
  { source, destination }: { readonly source: string; readonly destination: string },
  netns?: string,
): Promise<readonly TrackedFlow[]> {
  const family = source.includes(':') ? 'ipv6' : 'ipv4';
  const command = ['conntrack', '-L', '-f', family, '-s', source, '-d', destination];
  const { stdout } = await run(command, { netns, allowed: [0, 1] });
  return stdout.split('\n').flatMap((line) => readFlow(line) ?? []);
}

/** Reads a line of `conntrack -L`. */
function readFlow(line: string): TrackedFlow | undefined {
  const [protocol = '', , , word = ''] = line.trim().split(/\s+/);
  const first = (name: string) => new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(line)?.[1];
  const source = first('src');
  const destination = first('dst');
  if (source === undefined || destination === undefined) return undefined;
  const port = first('dport');
  const zone = first('zone');
  return {
    protocol,
    source,
    destination,
    ...(port === undefined ? {} : { destinationPort: Number(port) }),
    ...(/^[A-Z_]+$/.test(word) ? { state: word } : {}),
    ...(zone === undefined ? {} : { zone: Number(zone) }),
  };
}
