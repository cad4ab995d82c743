import type { Hooks } from './service.ts';

/** Hooks that nobody has put anything into yet. */
export const noHooks = (): Hooks => ({
  network: [],
  subnet: [],
  port: [],
  router: [],
  floatingip: [],
  security_group: [],
  security_group_rule: [],
});
