import { configOf } from '../../config/load.ts';
import { silentLog } from '../../log/silent.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import type { ServerContext } from '../context.ts';
import { openDatabase } from '../db/database.ts';
import { sqliteForTest, type TestDatabase } from '../db/testing.ts';
import { adminRequest } from '../services/admin.ts';
import { noHooks } from '../services/hooks.ts';
import type { RequestContext } from '../services/service.ts';
import { rememberingOutbox } from '../testing.ts';
import { type CorePlugin, createCorePlugin } from './plugin.ts';

const CONFIG = `
[ml2]
type_drivers = flat,vlan,vxlan,local
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = port_security
[ml2_type_flat]
flat_networks = public
[ml2_type_vlan]
network_vlan_ranges = physnet1:100:101,physnet2
[ml2_type_vxlan]
vni_ranges = 1:1000
`;

/** A core plugin on a database of its own, with the guide's configuration. */
export interface CoreForTest extends CorePlugin {
  readonly server: ServerContext;
  readonly outbox: ReturnType<typeof rememberingOutbox>;
  readonly errors: string[];
  close(): Promise<void>;
}

/** A member of a project, without admin rights. */
export const member = (projectId: string): RequestContext => ({
  ...adminRequest(),
  projectId,
  roles: ['member'],
  isAdmin: false,
});

/** An administrator of a project. */
export const admin = (projectId = 'admin'): RequestContext => ({ ...adminRequest(), projectId });

export async function coreForTest(db?: TestDatabase): Promise<CoreForTest> {
  const database = db ?? (await sqliteForTest());
  const outbox = rememberingOutbox();
  const errors: string[] = [];
  const log = { ...silentLog, error: (text: string) => void errors.push(text), named: () => log };
  const server: ServerContext = {
    config: configOf(CONFIG),
    log,
    db: database,
    outbox,
    hooks: noHooks(),
    transport: inProcess(new Bus()),
  };
  const core = createCorePlugin(server, { check() {} });
  await core.initialize();
  const close = async (): Promise<void> => {
    await server.transport.close();
    await database.close();
  };
  return { ...core, server, outbox, errors, close };
}

/** Another connection pool to a test's database, as another server has it. */
export const openAgain = async (url: string): Promise<TestDatabase> => ({
  ...(await openDatabase(url, silentLog)),
  url,
});
