import type { Row } from '../row.ts';
import { bridgeAgentRows } from './bridgeAgent.ts';
import { dhcp } from './dhcp.ts';
import { growth } from './growth.ts';
import { l3AgentRows } from './l3Agent.ts';
import { memory } from './memory.ts';
import { networkGet } from './networkGet.ts';
import { portCreate } from './portCreate.ts';
import { portList } from './portList.ts';
import { resources } from './resources.ts';
import { routers } from './routers.ts';
import { rpc } from './rpc.ts';
import { start } from './start.ts';
import { traffic } from './traffic.ts';
import { wiring } from './wiring.ts';

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [
  ...portCreate,
  ...resources,
  ...networkGet,
  ...rpc,
  ...wiring,
  ...bridgeAgentRows,
  ...routers,
  ...l3AgentRows,
  ...dhcp,
  ...traffic,
  ...memory,
  ...start,
  ...portList,
  ...growth,
];

export function rowNamed(name: string): Row {
  const row = rows.find((one) => one.name === name);
  if (!row) throw new Error(`no row ${name}`);
  return row;
}
