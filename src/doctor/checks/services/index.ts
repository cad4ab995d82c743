import type { Check } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';

/** The services that Neutron needs: database, broker, Keystone, Nova. */
export const serviceChecks: readonly Check<DoctorContext>[] = [];
