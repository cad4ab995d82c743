import { type Addition, additionPath } from '../../../resources/additions.ts';
import { resources } from '../../../resources/index.ts';
import { type Methods, objectOf, operation, pathParameter } from './operation.ts';

/** One of our additions to Neutron's API. */
export function additionPaths(name: string, addition: Addition): Record<string, Methods> {
  const { method, of, segment, key, summary, body, answer } = addition;
  const described = operation({
    id: name,
    tag: of === undefined ? segment : resources[of].collection,
    summary: `${summary} (an addition to Neutron)`,
    parameters: of === undefined ? [] : [pathParameter(`${of}_id`)],
    ...(body ? { body: objectOf({ [key]: body }, [key]) } : {}),
    answers: [method === 'POST' ? 201 : 200, objectOf({ [key]: answer }, [key])],
    refusals: [...(body ? [400] : []), ...(of === undefined ? [403] : [404])],
  });
  return { [additionPath(addition)]: { [method === 'POST' ? 'post' : 'get']: described } };
}
