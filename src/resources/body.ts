import { convert } from './converters/index.ts';
import type { Attribute, ResourceDefinition } from './definition.ts';
import { inputFault } from './errors.ts';
import { check } from './validators/index.ts';

type Body = Record<string, unknown>;

const refuse = (message: string) => inputFault('HTTPBadRequest', { message });

const PROJECT = ['tenant_id', 'project_id'];

const isOwned = ({ attributes }: ResourceDefinition): boolean =>
  PROJECT.some((name) => Object.hasOwn(attributes, name));

/** project_id and tenant_id are one: whichever is given becomes both; `otherwise` when neither is. */
function equateProject(otherwise: Body, body: Body): Body {
  const { project_id, tenant_id } = body;
  if (project_id === undefined && tenant_id === undefined) return { ...body, ...otherwise };
  if (project_id !== undefined && tenant_id !== undefined && project_id !== tenant_id) {
    throw refuse("'project_id' and 'tenant_id' do not match");
  }
  const project = tenant_id ?? project_id ?? null;
  return { ...body, tenant_id: project, project_id: project };
}

function refuseUnknown(definition: ResourceDefinition, body: Body): void {
  const known = definition.attributes;
  const unknown = Object.keys(body).filter(
    (name) => !Object.hasOwn(known, name) && !(PROJECT.includes(name) && isOwned(definition)),
  );
  if (unknown.length > 0) throw refuse(`Unrecognized attribute(s) '${unknown.join(', ')}'`);
}

/** Converts and validates one given value. */
function settle(name: string, attribute: Attribute, given: unknown): unknown {
  const value = attribute.convert ? convert(attribute.convert, given) : given;
  const verdict = attribute.validate && check(attribute.validate, value);
  if (verdict) throw refuse(`Invalid input for ${attribute.called ?? name}. Reason: ${verdict}.`);
  return value;
}

/**
 * One item of a POST as its service takes it: known attributes only, defaults filled, values converted and
 * validated, in Neutron's order of finding fault. tenant_id and project_id are both present.
 *
 * @throws NeutronError with status 400 (409 for the reserved name of a security group)
 */
export function createBody(definition: ResourceDefinition, given: Body, project: string): Body {
  const body = equateProject({ project_id: project, tenant_id: project }, given);
  refuseUnknown(definition, body);
  const result: Body = {};
  const entries = Object.entries<Attribute>(definition.attributes);
  for (const [name, attribute] of entries) {
    const present = Object.hasOwn(body, name);
    if (!attribute.post) {
      if (present) throw refuse(`Attribute '${attribute.called ?? name}' not allowed in POST`);
    } else if (present) {
      result[name] = body[name];
    } else if ('default' in attribute) {
      const { default: value } = attribute;
      result[name] = typeof value === 'object' ? structuredClone(value) : value;
    } else if (!attribute.optional) {
      throw refuse(`Failed to parse request. Required attribute '${name}' not specified`);
    }
  }
  for (const [name, attribute] of entries) {
    if (Object.hasOwn(result, name)) result[name] = settle(name, attribute, result[name]);
  }
  if (!isOwned(definition)) return result;
  const owner = result.tenant_id ?? result.project_id;
  return { ...result, tenant_id: owner, project_id: owner };
}

/**
 * The changes of a PUT as a service takes them: only what the client sent, converted and validated.
 *
 * @throws NeutronError with status 400
 */
export function updateBody(definition: ResourceDefinition, given: Body): Body {
  const body = equateProject({}, given);
  refuseUnknown(definition, body);
  const result: Body = {};
  const entries = Object.entries<Attribute>(definition.attributes);
  for (const [name, attribute] of entries) {
    if (!Object.hasOwn(body, name)) continue;
    if (!attribute.put) throw refuse(`Cannot update read-only attribute ${attribute.called ?? name}`);
    result[name] = body[name];
  }
  for (const [name, attribute] of entries) {
    if (Object.hasOwn(result, name)) result[name] = settle(name, attribute, result[name]);
  }
  return result;
}
