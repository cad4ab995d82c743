import type { Check } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';
import { broker } from './broker.ts';
import { database } from './database.ts';
import { identity } from './identity.ts';
import { migrationChecks } from './migration.ts';
import { names } from './names.ts';
import { novaApi, novaMetadata } from './nova.ts';
import { serverApi } from './server.ts';

/** The services that Neutron needs, and its own: asked with the credentials of the configuration, nothing written. */
export const serviceChecks: readonly Check<DoctorContext>[] = [
  names,
  database,
  broker,
  identity,
  novaApi,
  novaMetadata,
  serverApi,
  ...migrationChecks,
];
