import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Outcome } from './run.ts';

/**
 * An original client, started once; each command line runs in a fork of it. That of openstack is logged in before, as
 * its interactive mode is: a command then takes a fifth of the time.
 */
export interface PythonClient {
  run(words: readonly string[], env: Record<string, string>): Promise<Outcome>;
  close(): void;
}

/** What the clients are: the module with their `main`, and what they load at their first command. */
const clients = {
  neutron: ['neutronclient.shell', 'keystoneauth1.identity', 'os_client_config', 'prettytable', 'yaml'],
  openstack: [
    'openstackclient.shell',
    ...['keystoneauth1.identity', 'openstack.connection', 'prettytable', 'yaml'],
    ...['identity', 'compute', 'image', 'object', 'volume', 'network'].map(
      (service) => `openstackclient.${service}.client`,
    ),
  ],
} as const;

export type PythonClientName = keyof typeof clients;

const program = `
import contextlib, importlib, json, os, sys, tempfile
name, *modules = sys.argv[1:]
sys.argv = [name]
shell, *_ = [importlib.import_module(module) for module in modules]
sessions = {}

def logged_in(env):
    user = json.dumps(env, sort_keys=True)
    if user not in sessions:
        os.environ.clear()
        os.environ.update(env)
        with open(os.devnull, 'w') as nothing, contextlib.redirect_stdout(nothing):
            sessions[user] = shell.OpenStackShell()
            sessions[user].run(['extension', 'show', 'router'])
            sessions[user].stdout = sys.__stdout__
    return sessions[user]

for line in sys.stdin:
    task = json.loads(line)
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    session = logged_in(task['env']) if name == 'openstack' else None
    child = os.fork()
    if child == 0:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.clear()
        os.environ.update(task['env'])
        sys.argv = [name] + task['words']
        try:
            status = session.run_subcommand(task['words']) if session else shell.main(task['words'])
        except SystemExit as error:
            status = error.code
        except BaseException:
            status = 70
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status or 0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    out.seek(0)
    err.seek(0)
    print(json.dumps({'stdout': out.read().decode(), 'stderr': err.read().decode(), 'status': status}), flush=True)
`;

/** Debian's own, which its packages are for. */
const interpreter = '/usr/bin/python3';

/** Why an original client cannot be run here, or undefined. */
export const whyNoPython = (client: PythonClientName = 'neutron'): string | undefined =>
  spawnSync(interpreter, ['-c', `import ${clients[client][0]}`]).status === 0
    ? undefined
    : `the original client (Debian's python3-${client}client) is not installed`;

/** Starts an original client; `enter` are words before the command, which take it to another host. */
export const startPython = (
  client: PythonClientName = 'neutron',
  enter: readonly string[] = [],
): PythonClient => {
  const words = [...enter, interpreter, '-W', 'ignore', '-c', program, client, ...clients[client]];
  const child = spawn(words[0]!, words.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(words, env) {
      child.stdin.write(`${JSON.stringify({ words, env })}\n`);
      const { value } = await answers.next();
      return JSON.parse(value as string);
    },
    close: () => void child.stdin.end(),
  };
};
