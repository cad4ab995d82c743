import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import {
  configFileIgnored,
  configFileMisnamed,
  neutronConfMissing,
  pluginIniElsewhere,
  pluginIniMissing,
} from '../../../health/catalogue/configurationFiles.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import type { DoctorContext } from '../../context.ts';
import { NEUTRON_CONF, OWN_FILES } from '../../programs.ts';
import { type HostFiles, hostFiles } from './hostFiles.ts';

/** Whether every file that the daemons of this host read is there, under its name. */
export const fileNames: Check<DoctorContext> = {
  name: 'configuration: names of files',
  async run(context) {
    const { directory, host } = context;
    const found = hostFiles(context);
    if (found.files.length === 0) return notChecked(context.unknown());
    const where = { host };
    const confIsThere = found.files.some(({ name }) => name === NEUTRON_CONF);
    const missing = { path: join(directory, NEUTRON_CONF), host };
    return failing(
      [
        ...wrongNames(context, found),
        ...(confIsThere || found.programs.length === 0 ? [] : [neutronConfMissing.found(missing, where)]),
        ...pluginIni(context, found),
      ],
      `${found.files.map(({ path }) => path).join(', ')}`,
    );
  },
};

const wrongNames = ({ directory, host }: DoctorContext, { misnamed, files }: HostFiles): Finding[] =>
  misnamed.map(({ name, right }) => {
    const rightOne = files.find((file) => file.name === right);
    const isSet = rightOne !== undefined && rightOne.parsed?.entries.length !== 0;
    const kind = isSet ? configFileIgnored : configFileMisnamed;
    return kind.found({ path: join(directory, name), right: join(directory, right) }, { host });
  });

function pluginIni({ directory, host }: DoctorContext, { programs }: HostFiles): Finding[] {
  const path = join(directory, 'plugin.ini');
  const target = join(directory, OWN_FILES['neutron-server']);
  if (!programs.some(({ program }) => program === 'neutron-server') || !existsSync(target)) return [];
  if (!existsSync(path)) return [pluginIniMissing.found({ path, target }, { host })];
  return realpathSync(path) === realpathSync(target)
    ? []
    : [pluginIniElsewhere.found({ path, target }, { host })];
}
