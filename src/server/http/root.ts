import { resources } from '../../resources/index.ts';
import { type Answer, ok } from './answer.ts';

const links = (href: string) => [{ rel: 'self', href }];

/** GET /: the versions of the API. */
export const versions = (origin: string): Answer =>
  ok({ versions: [{ id: 'v2.0', status: 'CURRENT', links: links(`${origin}/v2.0/`) }] });

/** GET /v2.0/: the resources of the core. */
export const coreResources = (origin: string): Answer =>
  ok({
    resources: Object.values(resources)
      .filter((definition) => !('alias' in definition))
      .map(({ name, collection, path }) => ({ name, collection, links: links(`${origin}/v2.0/${path}`) })),
  });

/** GET /healthcheck, open to load balancers. */
export const health = (): Answer => ok({ detailed: false, reasons: ['OK'] });
