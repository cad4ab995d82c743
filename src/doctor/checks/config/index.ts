import type { Check } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';
import { fileAccess } from './access.ts';
import { whereAndWho } from './addresses.ts';
import { drivers } from './drivers.ts';
import { fileNames } from './fileNames.ts';
import { packetSizes } from './mtu.ts';
import { networkTypes } from './networks.ts';
import { namesAndValues } from './notices.ts';
import { secrets } from './secrets.ts';
import { wrongFiles } from './wrongFiles.ts';

/** What the configuration files say, each alone and against the others. */
export const configChecks: readonly Check<DoctorContext>[] = [
  fileNames,
  namesAndValues,
  wrongFiles,
  fileAccess,
  secrets,
  networkTypes,
  drivers,
  packetSizes,
  whereAndWho,
];
