import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/*
 * The bytes that sockets of this thread have carried, as the sockets count them: without what TLS and the network below
 * add. Requests to the API do not count, since they never leave the process; nor does what goes past Node's sockets, such
 * as datagrams, look-ups of names, native clients, and the processes that an Actor starts.
 */

export interface ByteCounters {
    rxBytes: number;
    txBytes: number;
}

const sockets = new Set<Socket>();
/** Of sockets that are gone. */
let closedBytes: ByteCounters = { rxBytes: 0, txBytes: 0 };

export function countSocket(socket: Socket): void {
    sockets.add(socket);
}

/** Counts what connections bring that others make to servers of this thread. */
export function countServerSockets(): void {
    subscribe('net.server.socket', (message) => countSocket((message as { socket: Socket }).socket));
}

export function byteCounters(): ByteCounters {
    let total = closedBytes;
    for (const socket of sockets) {
        const { bytesRead, bytesWritten, destroyed } = socket;
        total = { rxBytes: total.rxBytes + bytesRead, txBytes: total.txBytes + bytesWritten };
        if (!destroyed) continue;
        sockets.delete(socket);
        closedBytes = { rxBytes: closedBytes.rxBytes + bytesRead, txBytes: closedBytes.txBytes + bytesWritten };
    }
    return total;
}
