/**
 * Runs ../shared/exam (Debian's tempest, a real Keystone, agents that exist on RabbitMQ only) against neutron-server on
 * MariaDB or SQLite, and judges its results: nothing may fail, and no more may be skipped than Python Neutron skipped
 * with the guide's configuration. All is private to this host, and its files to one directory that is removed.
 * NEUTRON_EXAM_KEEP=1 keeps the directory (logs, failures.txt, results.json).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/linux/process.ts';
import { startRabbit } from '../../src/messaging/rabbit/testing.ts';
import { startMariaDb } from '../../src/server/db/testing.ts';

const root = join(import.meta.dirname, '../..');
const exam = join(root, '../shared/exam');
const record = join(exam, 'record/zed-minimal.json');

type Database = 'mariadb' | 'sqlite';

/** The guide's configuration, and what the exam asks for: VLANs on `foo`, and quotas that do not bind. */
const configuration = (connection: string, transport: string): string => `
[DEFAULT]
core_plugin = ml2
service_plugins = router
auth_strategy = keystone
transport_url = ${transport}
bind_host = 127.0.0.1
bind_port = 9696
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
[database]
connection = ${connection}
[keystone_authtoken]
www_authenticate_uri = http://127.0.0.1:5000
auth_url = http://127.0.0.1:5000
auth_type = password
project_domain_id = default
user_domain_id = default
project_name = service
username = neutron
password = te-neutron-pass
[quotas]
quota_network = 1000
quota_subnet = 1000
quota_port = 1000
quota_router = 1000
quota_floatingip = 1000
quota_security_group = 100
quota_security_group_rule = 1000
quota_rbac_policy = 100
[ml2]
type_drivers = flat,vlan,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = port_security
[ml2_type_flat]
flat_networks = public
[ml2_type_vlan]
network_vlan_ranges = foo:1:200
[ml2_type_vxlan]
vni_ranges = 1:1000
`;

/** What became of each test. */
type Outcomes = Readonly<Record<string, { readonly o: 'pass' | 'fail' | 'skip'; readonly why?: string }>>;

const outcomesOf = async (file: string): Promise<Outcomes> =>
  (JSON.parse(await readFile(file, 'utf8')) as { tests: Outcomes }).tests;

/** Whether nothing failed and nothing was skipped that Python Neutron passed; prints what was. */
function judge(database: Database, ours: Outcomes, python: Outcomes): boolean {
  const entries = Object.entries(ours);
  const failed = entries.filter(([, { o }]) => o === 'fail');
  const skipped = entries.filter(([, { o }]) => o === 'skip');
  const lost = skipped.filter(([name]) => python[name]?.o !== 'skip');
  for (const [name, { why }] of lost) console.log(`skipped only here: ${name}: ${why}`);
  const counts = `${entries.length} tests, ${failed.length} failed, ${skipped.length} skipped`;
  console.log(`on ${database}: ${counts}, ${lost.length} of them passed by Python Neutron`);
  return failed.length === 0 && lost.length === 0;
}

/** Runs a script of the exam with its output on ours; returns its exit status. */
async function script(name: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(join(exam, name), words, { env, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  return code ?? 1;
}

async function waitForServer(log: string, exited: () => boolean): Promise<void> {
  for (let left = 120; left > 0 && !exited(); left--) {
    const answer = await fetch('http://127.0.0.1:9696/').catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`neutron-server does not answer:\n${(await readFile(log, 'utf8')).slice(-4000)}`);
}

async function sit(database: Database, options: readonly string[]): Promise<boolean> {
  const state = await mkdtemp(join(tmpdir(), 'neutron-exam-'));
  const env = { ...process.env, EXAM_STATE: state };
  const [rabbit, mariadb] = await Promise.all([
    startRabbit(),
    database === 'mariadb' ? startMariaDb() : undefined,
  ]);
  let server: ChildProcess | undefined;
  try {
    const connection = mariadb ? await mariadb.emptyDatabase() : `sqlite:///${join(state, 'neutron.sqlite')}`;
    const conf = join(state, 'neutron.conf');
    await writeFile(conf, configuration(connection, rabbit.url));
    const files = ['--config-file', conf];
    await run([join(root, 'bin/neutron-db-manage'), ...files, 'upgrade', 'head']);
    if (await script('keystone-up.sh', ['http://127.0.0.1:9696'], env))
      throw new Error('Keystone did not start');
    const log = join(state, 'server.log');
    const started = spawn(join(root, 'bin/neutron-server'), [...files, '--log-file', log], {
      stdio: 'inherit',
    });
    server = started;
    await waitForServer(log, () => started.exitCode !== null);
    if (await script('agents-up.sh', [conf], env)) throw new Error('the agents do not report');
    const out = join(state, 'out');
    const promised = ['--extensions', record.replace('json', 'extensions'), '--profile', 'minimal'];
    await script('run-tempest.sh', ['--out', out, '--label', database, ...promised, ...options], env);
    if (options.includes('--list')) return true;
    return judge(database, await outcomesOf(join(out, 'results.json')), await outcomesOf(record));
  } finally {
    await script('agents-down.sh', [], env);
    await script('keystone-down.sh', ['--purge'], env);
    if (server?.kill('SIGTERM') && server.exitCode === null) await once(server, 'exit');
    await Promise.all([rabbit.stop(), mariadb?.stop()]);
    if (process.env.NEUTRON_EXAM_KEEP) console.log(`kept: ${state}`);
    else await rm(state, { recursive: true, force: true });
  }
}

const [first, ...rest] = process.argv.slice(2);
const named = first === 'mariadb' || first === 'sqlite';
if (!existsSync(exam)) {
  console.error(`the exam is not here: ${exam}`);
  process.exit(2);
}
process.exit((await sit(named ? first : 'mariadb', named ? rest : process.argv.slice(2))) ? 0 : 1);
