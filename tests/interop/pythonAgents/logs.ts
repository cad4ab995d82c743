import { agentLogs, type Stage } from './stage.ts';

/** Errors that are the agents' own, whatever the server is: each names the code of Neutron 21.0 that has it. */
const OWN: readonly (readonly [RegExp, string])[] = [
  [
    /Exit code: \d+; Cmd: .*'arping'/,
    'ip_lib._arping: the address or the namespace is gone before its gratuitous ARP was sent',
  ],
  [
    /Failed unplugging interface '(ha|ns)-/,
    'linuxbridge_neutron_agent.delete_bridge takes every interface with the bridge of a network that goes; then interface.unplug finds none',
  ],
  [/Unable to reload_allocations dhcp for .*NetworkInterfaceNotFound/, 'the same, in dhcp.agent.call_driver'],
  [
    /Unable to convert value in \S+\.pid\b/,
    'utils.get_value_from_file: a process that just started has not written its number yet',
  ],
  [/keepalived for router with uuid .* not found/, 'external_process.ProcessMonitor: the test killed it'],
];

/** What they log while the server or the broker is away. */
const AWAY: readonly (readonly [RegExp, string])[] = [
  [/oslo\.messaging\._drivers\.impl_rabbit/, 'the broker is away'],
  [/Failed reporting state/, 'nobody answers'],
  [/MessagingTimeout|amqp\.exceptions|ConnectionRefusedError|ConnectionResetError/, 'nobody answers'],
];

const WRONG = /\b(ERROR|CRITICAL)\b|Traceback|Remote error/;

/** A record of oslo's log by what its lines begin with: time, process, level and logger. */
const START = /^\S+ \S+ \d+ [A-Z]+ \S+/;

/** Records of a log; those of a traceback repeat their beginning on each line. */
function records(text: string): string[] {
  const lines: string[] = [];
  let last = '';
  for (const line of text.split('\n')) {
    const start = START.exec(line)?.[0];
    if (lines.length > 0 && (start === undefined || start === last)) lines[lines.length - 1] += `\n${line}`;
    else lines.push(line);
    last = start ?? last;
  }
  return lines;
}

/** What agents' logs tell of errors, known ones left out. */
export function errors(stage: Stage, away = false): string[] {
  const known = away ? [...OWN, ...AWAY] : OWN;
  return [...agentLogs(stage)].flatMap(([agent, text]) =>
    records(text)
      .filter((record) => WRONG.test(record) && !known.some(([pattern]) => pattern.test(record)))
      .map((record) => `${agent}: ${record}`),
  );
}
