import { MessagePort } from 'node:worker_threads';

/** The methods common to all handles of Node, such as servers and ports; its types omit most of them. */
interface HandleMethods {
    ref(this: unknown): void;
    unref(this: unknown): void;
    hasRef(this: unknown): boolean;
}

/** Saved before an Actor can replace them. A port has the methods of all handles. */
const { ref, unref, hasRef } = MessagePort.prototype as unknown as HandleMethods;
const { receiveMessageOnPort } = process.getBuiltinModule('node:worker_threads');

/** True unless a handle is closed. */
export function isOpen(handle: object): boolean {
    if (hasRef.call(handle)) return true;
    // A closed handle cannot be referenced.
    ref.call(handle);
    if (!hasRef.call(handle)) return false;
    unref.call(handle);
    return true;
}

/**
 * Like Node's function of the same name, which ends the process if it is called during the event `close` of the port.
 */
export const receiveFromPort: typeof receiveMessageOnPort = (port) =>
    port instanceof MessagePort && !isOpen(port) ? undefined : receiveMessageOnPort(port);
