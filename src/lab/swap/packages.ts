import { onTerminal } from '../../linux/terminal.ts';
import { projectRoot } from '../paths.ts';

/** Installs of Debian's packages what is missing, and says so before it does; their services are not started. */
export async function installPython(): Promise<void> {
  const install = 'install_packages $BASE_PACKAGES $SERVER_PACKAGES $PYTHON_PACKAGES';
  const script = `cd "$1" && . setup/install.sh && ${install}`;
  if ((await onTerminal(['sh', '-ec', script, 'neutron-lab swap', projectRoot])) !== 0)
    throw new Error("Debian's packages of Python Neutron are needed: see the lines above");
}
