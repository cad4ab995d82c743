import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Checked, runChecks } from '../../../health/checks.ts';
import { openContext } from '../../context.ts';
import { type EtcFiles, writeEtc } from '../config/testing.ts';
import { serviceChecks } from './index.ts';

/** What one of the services' checks says on a host with these files. */
export async function consult(name: string, files: EtcFiles): Promise<Checked> {
  const etc = writeEtc(files);
  try {
    const context = openContext({ directory: join(etc, 'neutron'), askLan: false });
    const chosen = serviceChecks.filter((one) => one.name === name);
    const [result] = await runChecks(chosen, context);
    if (!result) throw new Error(`there is no check ${name}`);
    return result;
  } finally {
    rmSync(etc, { recursive: true });
  }
}

/** Files of a host on which neutron-server is to run, with this text in neutron.conf. */
export const serverFiles = (text: string): EtcFiles => ({
  'neutron/neutron.conf': text,
  'neutron/plugins/ml2/ml2_conf.ini': '[ml2]\nmechanism_drivers = linuxbridge\n',
});

/** The codes that a check found; 'not checked' and why, when it could not look. */
export const codesOf = (result: Checked): readonly string[] =>
  result.result === 'fail'
    ? result.findings.map(({ code }) => code)
    : result.result === 'pass'
      ? []
      : [`not checked: ${result.why}`];
