import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../config/load.ts';
import { dropInPath, dropInText, farewellText } from './dropIn.ts';
import { argumentsFor, commandOf, PROGRAMS, type Unit, unitText } from './unit.ts';

/** What is asked of systemd. */
export interface Manager {
  reload(): Promise<void>;
  restart(unit: Unit): Promise<void>;
  /** Its main process; 0 when none runs. */
  mainProcess(unit: Unit): Promise<number>;
  /** The last lines that it wrote. */
  lastWords(unit: Unit): Promise<string>;
}

export interface Host {
  /** / , or where another host's files are: there nothing is started. */
  readonly root: string;
  /** Folder of our programs. */
  readonly bin: string;
  readonly manager?: Manager;
  /** Seconds for which a process must live to count as started. */
  readonly watchSeconds: number;
  say(line: string): void;
}

export type Implementation = 'neutron-ts' | 'Python' | 'not installed';

export const implementationOf = (unit: Unit, { root }: Pick<Host, 'root'>): Implementation =>
  unitText(unit, root) === undefined
    ? 'not installed'
    : existsSync(join(root, dropInPath(unit)))
      ? 'neutron-ts'
      : 'Python';

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Arguments that ours would be started with. Throws an Error that says why it would not start. */
async function preparedArguments(unit: Unit, { root }: Host): Promise<string[]> {
  const text = unitText(unit, root);
  if (text === undefined) throw new Error(`${unit}.service is not installed on this host`);
  const args = argumentsFor(unit, await commandOf(text, root));
  const { notices } = loadConfig({ program: PROGRAMS[unit], argv: args });
  const wrong = notices.filter(({ level }) => level === 'error');
  if (wrong.length > 0) {
    const lines = wrong.map(({ text: said, origin }) => `${origin.file ?? ''}:${origin.line ?? ''} ${said}`);
    throw new Error(`its configuration would not do:\n  ${lines.join('\n  ')}`);
  }
  return args;
}

/** Whether a unit's process lives, the same one, for as long as it must. */
async function stays(unit: Unit, manager: Manager, seconds: number): Promise<boolean> {
  const first = await manager.mainProcess(unit);
  for (let waited = 0; waited < seconds * 2; waited++) {
    if (first === 0 || (await manager.mainProcess(unit)) !== first) return false;
    await sleep(500);
  }
  return first !== 0;
}

/**
 * Has a unit run ours from now on, at boot as well. When ours ends within seconds Python's is started again. Throws an
 * Error with the reason when the unit runs Python's afterwards.
 */
export async function swap(unit: Unit, host: Host): Promise<void> {
  const { root, bin, manager, say, watchSeconds } = host;
  const args = await preparedArguments(unit, host).catch((error: Error) => {
    throw new Error(`${unit} is left as it is: ${error.message}`);
  });
  const path = join(root, dropInPath(unit));
  write(path, dropInText(unit, bin, args));
  say(`wrote ${path}`);
  if (!manager) return;
  // Before the stop: how Python's is stopped counts already.
  await manager.reload();
  await manager.restart(unit);
  if (await stays(unit, manager, watchSeconds)) return say(`${unit} runs neutron-ts`);
  const words = await manager.lastWords(unit);
  await back(unit, host);
  throw new Error(`${unit} ended within ${watchSeconds} s; Python's runs again. Its last words:\n${words}`);
}

/** Has a unit run Python's again; its files are then those of its package alone. */
export async function back(unit: Unit, { root, manager, say }: Host): Promise<void> {
  const path = join(root, dropInPath(unit));
  if (!existsSync(path)) return say(`${unit} runs Python's`);
  if (manager) {
    writeFileSync(path, farewellText(unit));
    await manager.reload();
    await manager.restart(unit);
  }
  rmSync(path);
  try {
    rmdirSync(dirname(path));
  } catch {
    // The operator has a drop-in of his own there.
  }
  say(`removed ${path}`);
  await manager?.reload();
  if (manager) say(`${unit} runs Python's`);
}

/** What a unit's drop-in starts. */
export const startedBy = (unit: Unit, { root }: Pick<Host, 'root'>): string | undefined =>
  /^ExecStart=\+?(.+)$/m.exec(readFileSync(join(root, dropInPath(unit)), 'utf8'))?.[1];
