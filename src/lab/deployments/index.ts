import type { Deployment } from './deployment.ts';
import { embedded } from './embedded.ts';
import { full } from './full.ts';
import { providerOnly } from './providerOnly.ts';
import { python, shared } from './python.ts';

/** Every deployment by its name. */
export const deployments: Readonly<Record<string, Deployment>> = Object.fromEntries(
  [embedded, full, providerOnly, shared, python].map((deployment) => [deployment.name, deployment]),
);
