/** Errors that a server or an agent may log here, and why. */
const EXPECTED: readonly { readonly text: RegExp; readonly why: string }[] = [
  { text: /amqpdriver.* missing queue/, why: 'it answers an agent of Python’s that has ended meanwhile' },
  {
    text: /Cannot report state|impl_rabbit|amqp\b|oslo_messaging|Connection(Refused|Reset)|BrokenPipe|connection to the message transport/i,
    why: 'the broker was killed',
  },
];

const isError = (line: string) => / (ERROR|CRITICAL) |Traceback/.test(line);

const unexpected = (lines: readonly string[]) =>
  lines.filter((line) => isError(line) && !EXPECTED.some(({ text }) => text.test(line)));

export const serverErrors = (log: string): readonly string[] => unexpected(log.split('\n'));

/** Errors of our agents: their logs hold Python's as well, which have processes of their own behind the time. */
export function errorsOf(log: string): readonly string[] {
  const lines = log.split('\n');
  const ours = new Set(lines.flatMap((line) => / (\d+) INFO .* runs on host /.exec(line)?.[1] ?? []));
  return unexpected(lines.filter((line) => ours.has(/^\S+ \S+ (\d+) /.exec(line)?.[1] ?? '')));
}
