import {
  type ChildName,
  children,
  type MembersDefinition,
  type MembersName,
  members,
  type ResourceDefinition,
  type ResourceName,
  resources,
} from '../../resources/index.ts';
import { loadedDefinition } from '../services/extensions/loaded.ts';
import type { ResourceService } from '../services/service.ts';
import type { ApiParts, MembersService } from './registry.ts';

/** A collection of the API as the configuration has it. */
export interface ServedResource {
  readonly definition: ResourceDefinition;
  readonly service: ResourceService;
}

export interface ServedChild {
  readonly definition: ResourceDefinition;
  readonly parent: ServedResource;
  readonly serviceOf: (parentId: string) => ResourceService;
}

export interface ServedMembers {
  readonly definition: MembersDefinition;
  readonly service: MembersService;
}

/** Which definitions are served: those that the configuration loads and that have a service. */
export interface Served {
  readonly resources: readonly ServedResource[];
  readonly children: readonly ServedChild[];
  readonly members: readonly ServedMembers[];
  /** The resource of which a project has one, made when it is asked for. */
  readonly topology: ResourceDefinition | undefined;
}

export function servedBy(parts: ApiParts): Served {
  const { config, services } = parts;
  const served = Object.entries(resources).flatMap(([name, resource]) => {
    const service = services[name as ResourceName];
    const definition = loadedDefinition(resource, config);
    return service && definition ? [{ definition, service }] : [];
  });
  const parentOf = (name: string) => served.find(({ definition }) => definition.name === name);
  return {
    resources: served,
    children: Object.entries(children).flatMap(([name, child]) => {
      const definition = loadedDefinition(child, config);
      const parent = parentOf(child.below);
      const serviceOf = parts.children?.[name as ChildName];
      return definition && parent && serviceOf ? [{ definition, parent, serviceOf }] : [];
    }),
    members: Object.entries<MembersDefinition>(members).flatMap(([name, definition]) => {
      const service = parts.members[name as MembersName];
      return service ? [{ definition, service }] : [];
    }),
    topology: parts.autoAllocation && loadedDefinition(resources.auto_allocated_topology, config),
  };
}
