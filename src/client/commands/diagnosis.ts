import { paragraph } from '../../health/render.ts';
import { option, positional } from '../argparse/argument.ts';
import { action, type Call, type Commands } from '../command.ts';
import { diagnose, findingsOf, waitingLines } from '../diagnosis/ask.ts';
import { selfLines } from '../diagnosis/self.ts';
import { ClientError } from '../errors.ts';
import { list } from '../kinds/list.ts';
import { type Dict, dumps, isDict, type Json, str } from '../python/value.ts';
import {
  agent,
  floatingip,
  network,
  port,
  problem,
  type Resource,
  router,
  securityGroup,
  subnet,
} from '../resources.ts';

/** What can be diagnosed, by the words for it on a command line. */
const diagnosable: Readonly<Record<string, Resource>> = {
  net: network,
  network,
  subnet,
  port,
  router,
  floatingip,
  'security-group': securityGroup,
  agent,
};

/** Kinds of objects that have no names, or whose names are other than `name`. */
const onlyById: readonly Resource[] = [floatingip, agent];

const checkLine = (check: Dict): string => {
  const seen = Array.isArray(check.evidence) ? check.evidence.map(str).join('; ') : '';
  const because = typeof check.why === 'string' ? check.why : seen;
  return `  ${str(check.result ?? null)}: ${str(check.check ?? null)}${because === '' ? '' : `: ${because}`}`;
};

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? ['', title, ...lines] : [];

const report = (what: string, diagnosis: Dict): string => {
  const checks: readonly Json[] = Array.isArray(diagnosis.checks) ? diagnosis.checks : [];
  const waiting = waitingLines(diagnosis.waiting_for).map((line) => `  ${line}`);
  return [
    `${what}: ${str(diagnosis.result ?? null)}`,
    ...findingsOf(diagnosis.problems).flatMap((finding) => ['', ...paragraph(finding)]),
    ...section('Not applied yet:', waiting),
    ...section('Checked:', checks.filter(isDict).map(checkLine)),
    ...selfLines(diagnosis),
  ]
    .map((line) => `${line}\n`)
    .join('');
};

const runDiagnose = async (call: Call): Promise<void> => {
  const { args, api, print } = call;
  const [kind, given] = [args.text('resource') ?? '', args.text('id') ?? ''];
  const resource = diagnosable[kind]!;
  const id = onlyById.includes(resource) ? given : await api.findId(resource, given);
  const diagnosis = await diagnose(api, resource, id);
  const what = `${kind} ${given}`;
  print(args.get('formatter') === 'json' ? `${dumps(diagnosis, 2)}\n` : report(what, diagnosis));
  const count = findingsOf(diagnosis.problems).filter(({ severity }) => severity === 'error').length;
  if (count > 0) throw new ClientError(`${what} has ${count} problem${count === 1 ? '' : 's'}.`);
};

/** A problem of the whole deployment is on no host; where there is none at all, that is said. */
const complete = async (problems: Dict[], { log }: Call): Promise<void> => {
  for (const each of problems) each.host ??= '';
  if (problems.length === 0)
    log.warning('neutronclient.neutron.v2_0.problem', 'Nothing is wrong, as far as the server knows.');
};

export const commands: Commands = {
  diagnose: action({
    about: 'Say what is wrong with an object, why, and what to do; the exit status is 1 when something is.',
    arguments: [
      option(['-f', '--format'], {
        dest: 'formatter',
        choices: ['text', 'json'],
        default: 'text',
        help: 'How to print it: for people, or as the server answered.',
      }),
      positional('resource', 'RESOURCE', {
        choices: Object.keys(diagnosable),
        help: `What it is: ${Object.keys(diagnosable).join(', ')}.`,
      }),
      positional('id', 'NAME_OR_ID', { help: 'Which one; floating IPs and agents go by their IDs.' }),
    ],
    run: runDiagnose,
  }),
  'problem-list': list({
    resource: problem,
    about: 'List what is wrong in the whole deployment, root causes first.',
    columns: ['severity', 'code', 'host', 'text'],
    pages: false,
    sorts: false,
    extend: complete,
  }),
};
