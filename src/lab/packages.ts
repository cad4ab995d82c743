import { onTerminal } from '../linux/terminal.ts';
import { projectRoot } from './paths.ts';

/** A list of setup/install.sh. */
export type PackageSet = 'BASE' | 'SERVER' | 'PYTHON';

/** Installs of Debian's packages what is missing, and says so before it does; their services are not started. */
export async function installPackages(forCommand: string, ...sets: readonly PackageSet[]): Promise<void> {
  const lists = sets.map((set) => `$${set}_PACKAGES`).join(' ');
  const script = `cd "$1" && . setup/install.sh && install_packages ${lists}`;
  if ((await onTerminal(['sh', '-ec', script, forCommand, projectRoot])) !== 0)
    throw new Error(`Debian's packages are needed that ${forCommand} uses: see the lines above`);
}
