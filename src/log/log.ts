import type { RpcContext } from '../messaging/transport.ts';

/** Where a part of the program writes what happens; `named` gives it its module's name as Neutron has it. */
export interface Log {
  debug(text: string, context?: RpcContext): void;
  info(text: string, context?: RpcContext): void;
  warning(text: string, context?: RpcContext): void;
  error(text: string, context?: RpcContext): void;
  named(module: string): Log;
}
