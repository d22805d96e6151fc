import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/*
 * Counts the bytes that the sockets of this thread have transferred, without the overhead of TLS and lower layers.
 * Requests to the API never leave the process and do not count. Traffic outside of Node's sockets does not count
 * either: datagrams, DNS lookups, native clients and child processes.
 */

/** Bytes received and sent. */
export interface ByteCounters {
    rxBytes: number;
    txBytes: number;
}

const sockets = new Set<Socket>();
/** Totals of closed sockets. */
let closedBytes: ByteCounters = { rxBytes: 0, txBytes: 0 };

/** Counts the bytes of a socket from now on. */
export function countSocket(socket: Socket): void {
    sockets.add(socket);
}

/** Counts the connections that others open to servers of this thread. */
export function countServerSockets(): void {
    subscribe('net.server.socket', (message) => countSocket((message as { socket: Socket }).socket));
}

/** Returns the totals of all counted sockets. */
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
