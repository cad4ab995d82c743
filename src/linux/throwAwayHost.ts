import { hostname } from 'node:os';

/** Imported first by tests that change the kernel: they run only inside tests/in-host, never on the real host. */
if (hostname() !== 'test-host')
  throw new Error('Run this test inside a throw-away host: tests/in-host COMMAND');
