import { deviceIndex, SocketFailed } from '../sockets/socket.ts';

/** There is no device of that name. */
export class DeviceMissing extends Error {
  /** The message without the namespace. */
  readonly text: string;

  constructor(device: string, netns: string | undefined) {
    const text = `Cannot find device "${device}"`;
    super(netns === undefined ? text : `${text} (in namespace ${netns})`);
    this.text = text;
    this.name = 'DeviceMissing';
  }
}

/** The index of a namespace's device. Throws DeviceMissing, NamespaceMissing. */
export function indexOfDevice(device: string, netns: string | undefined): number {
  try {
    return deviceIndex({ device, netns });
  } catch (error) {
    if (error instanceof SocketFailed) throw new DeviceMissing(device, netns);
    throw error;
  }
}
