import { inputErrors } from '../../resources/errors.ts';
import { faults, NeutronError } from '../../resources/fault.ts';
import { agentsErrors } from './agents.ts';
import { flavorsErrors } from './flavors.ts';
import { generalErrors } from './general.ts';
import { httpErrors } from './http.ts';
import { ipamErrors } from './ipam.ts';
import { l3Errors } from './l3.ts';
import { ml2Errors } from './ml2.ts';
import { networksErrors } from './networks.ts';
import { portsErrors } from './ports.ts';
import { qosErrors } from './qos.ts';
import { rbacErrors } from './rbac.ts';
import { securitygroupsErrors } from './securitygroups.ts';
import { trunksErrors } from './trunks.ts';

/** Every error the server answers with: HTTP status and message template, by Neutron's exception class name. */
const table = {
  ...agentsErrors,
  ...flavorsErrors,
  ...generalErrors,
  ...ipamErrors,
  ...l3Errors,
  ...ml2Errors,
  ...networksErrors,
  ...portsErrors,
  ...qosErrors,
  ...rbacErrors,
  ...securitygroupsErrors,
  ...trunksErrors,
  ...inputErrors,
  ...httpErrors,
} as const;

/** Makes the named error; TypeScript checks that every placeholder of its template has an argument. */
export const fault = faults(table);

/** The answer to a request that cannot be understood: 400 with a message of its own. */
export const badRequest = (message: string): NeutronError => fault('HTTPBadRequest', { message });

export { NeutronError };
