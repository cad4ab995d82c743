import { randomUUID } from 'node:crypto';
import { type Random, seeded } from '../../src/testing/random.ts';
import { type Recipe, recipes, type World } from './recipes.ts';

/** How the servers answered: requests by `METHOD path`, then by status. */
export type Tally = Map<string, Map<number, number>>;

export interface Storm {
  readonly tally: Tally;
  /** Answers that must not be, each with the request. */
  readonly wrong: readonly string[];
}

interface Settings {
  readonly urls: readonly string[];
  readonly projects: readonly string[];
  readonly seed: number;
  readonly requests: number;
  readonly workers: number;
  /** The aliases that the servers list. */
  readonly aliases: ReadonlySet<string>;
}

/** The longest time that an answer may take here. */
const patienceMs = 60_000;

/** Sends one request; the status and the body. */
async function ask(url: string, method: string, path: string, body?: unknown, project?: string) {
  const response = await fetch(`${url}/v2.0/${path}`, {
    method,
    headers: project === undefined ? {} : { 'x-project-id': project },
    signal: AbortSignal.timeout(patienceMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text };
}

const count = (tally: Tally, key: string, status: number) => {
  const statuses = tally.get(key) ?? new Map<number, number>();
  tally.set(key, statuses.set(status, (statuses.get(status) ?? 0) + 1));
};

/** A list in which each recipe stands as often as it weighs. */
const weighted = (from: readonly Recipe[]): Recipe[] =>
  from.flatMap((recipe) => Array<Recipe>(recipe.weight).fill(recipe));

export const served = (aliases: ReadonlySet<string>): Recipe[] =>
  recipes.filter(({ alias }) => alias === undefined || aliases.has(alias));

/** Creates, changes and deletes resources of every kind at random through all servers at once. */
export async function storm(settings: Settings): Promise<Storm> {
  const { urls, projects } = settings;
  const tally: Tally = new Map();
  const wrong: string[] = [];
  const known = new Map<string, string[]>();
  const choices = weighted(served(settings.aliases));
  let left = settings.requests;

  const idsOf = (path: string) => known.get(path) ?? [];
  const worldOf = (random: Random): World => ({
    random,
    projects,
    any: (path) => (idsOf(path).length > 0 ? random.pick(idsOf(path)) : randomUUID()),
  });

  async function send(random: Random, method: string, recipe: Recipe, rest: string, body?: unknown) {
    const path = `${recipe.path}${rest}`;
    try {
      const answer = await ask(random.pick(urls), method, path, body, random.pick(projects));
      count(
        tally,
        `${method} ${recipe.path}${rest.replaceAll(/\/[^/]*([0-9a-f]{12}|\d+|compute|controller)(?=\/|$)/g, '/*')}`,
        answer.status,
      );
      if (answer.status >= 500) {
        wrong.push(`${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`);
      }
      return answer;
    } catch (error) {
      wrong.push(`${method} ${path} ${JSON.stringify(body)}: no answer: ${error}`);
      return { status: 0, text: '' };
    }
  }

  async function create(world: World, recipe: Recipe): Promise<void> {
    const body = { [recipe.name]: recipe.make(world) };
    const { status, text } = await send(world.random, 'POST', recipe, '', body);
    if (status !== 201) return;
    const made = (JSON.parse(text) as Record<string, { id: string }>)[recipe.name]!;
    known.set(recipe.path, [...idsOf(recipe.path), made.id]);
  }

  async function worker(number: number): Promise<void> {
    const world = worldOf(seeded(settings.seed * 1000 + number));
    const { random } = world;
    while (left > 0) {
      left -= 1;
      const recipe = random.pick(choices);
      const id = world.any(recipe.path);
      const dice = random.int(100);
      if (dice < 50) await create(world, recipe);
      else if (dice < 65 && recipe.change) {
        await send(random, 'PUT', recipe, `/${id}`, { [recipe.name]: recipe.change(world) });
      } else if (dice < 70 && recipe.below) {
        const [method, rest, body] = recipe.below(world);
        await send(random, method, recipe, `/${id}/${rest}`, body);
      } else if (dice < 80 && recipe.act) {
        const [action, body] = recipe.act(world);
        await send(random, 'PUT', recipe, `/${id}/${action}`, body);
      } else if (dice < 90) await send(random, 'DELETE', recipe, `/${id}`);
      else await send(random, 'GET', recipe, dice < 95 ? '' : `/${id}`);
    }
  }
  await Promise.all(Array.from({ length: settings.workers }, (_, number) => worker(number)));
  return { tally, wrong };
}

/** Removes everything that can be removed through the API, several at once; the refusals, if anything is left. */
export async function clear(urls: readonly string[], aliases: ReadonlySet<string>): Promise<string[]> {
  const url = (index: number) => urls[index % urls.length]!;
  const list = async (path: string) => {
    const { text } = await ask(url(0), 'GET', path);
    const [items = []] = Object.values(JSON.parse(text) as Record<string, Record<string, unknown>[]>);
    return items;
  };
  /** What the API lets users remove: a default group and its rules stay. */
  const removable = async ({ path }: Recipe) => {
    const groups = (await list('security-groups')).filter(({ name }) => name === 'default');
    const kept = new Set(groups.map(({ id }) => id));
    return (await list(path)).filter((item) => !kept.has(item.id) && !kept.has(item.security_group_id));
  };

  async function unplug(router: unknown, index: number): Promise<void> {
    const path = `routers/${router}`;
    await ask(url(index), 'PUT', path, { router: { external_gateway_info: null, routes: [] } });
    for (const port of await list(`ports?device_id=${router}`)) {
      await ask(url(index), 'PUT', `${path}/remove_router_interface`, { port_id: port.id });
    }
  }

  const refusals: string[] = [];
  for (const recipe of served(aliases)) {
    const items = await removable(recipe);
    if (recipe.path === 'routers') await Promise.all(items.map(({ id }, index) => unplug(id, index)));
    const answers = await Promise.all(
      items.map(({ id }, index) => ask(url(index), 'DELETE', `${recipe.path}/${id}`)),
    );
    for (const { status, text } of answers) {
      if (status !== 204 && status !== 404) refusals.push(`${recipe.path}: ${status} ${text}`);
    }
    const left = await removable(recipe);
    if (left.length > 0) refusals.push(`${recipe.path}: ${left.length} are left`);
  }
  return refusals;
}
