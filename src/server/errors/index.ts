import { agentsErrors } from './agents.ts';
import { flavorsErrors } from './flavors.ts';
import { generalErrors } from './general.ts';
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
  HTTPBadRequest: [400, '%(message)s'],
  HTTPNotFound: [404, 'The resource could not be found.'],
  PolicyNotAuthorized: [403, '%(rule)s is disallowed by policy'],
} as const;

export type ErrorType = keyof typeof table;

type ParameterNames<Text extends string> = Text extends `${string}%(${infer Name})${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;

/** The arguments that an error's message template names. */
export type ErrorArguments<Type extends ErrorType> = {
  readonly [Name in ParameterNames<(typeof table)[Type][1]>]: unknown;
};

/** An error for the client: becomes {"NeutronError": {type, message, detail}} with its status. */
export class NeutronError extends Error {
  readonly type: string;
  readonly status: number;
  readonly detail: string;

  constructor(type: string, status: number, message: string, detail = '') {
    super(message);
    this.name = type;
    this.type = type;
    this.status = status;
    this.detail = detail;
  }
}

/** Makes the named error; TypeScript checks that every placeholder of its template has an argument. */
export function fault<Type extends ErrorType>(
  type: Type,
  ...[args]: keyof ErrorArguments<Type> extends never ? [] : [ErrorArguments<Type>]
): NeutronError {
  const [status, template] = table[type];
  const values = (args ?? {}) as Record<string, unknown>;
  const message = template.replace(/%\((\w+)\)[sdr]/g, (_, name: string) => String(values[name]));
  return new NeutronError(type, status, message);
}
