import type { AddressInfo, Socket } from 'node:net';

type WriteCallback = (error?: Error | null) => void;
type WriteChunk = { chunk: string | Uint8Array; encoding: BufferEncoding };

export type SocketRole = 'client' | 'server';

/** The parts of a socket that Node's types leave out. */
interface SocketInternals {
    /** Restarts the timeout, as Node does whenever bytes pass. */
    _unrefTimer?(): void;
}

/** The addresses that the two ends report. */
const ADDRESSES: Record<SocketRole, AddressInfo> = {
    client: { address: '127.0.0.1', family: 'IPv4', port: 49_152 },
    server: { address: '127.0.0.1', family: 'IPv4', port: 443 },
};

/** The members that an end of a connection has of its own. */
const MEMBERS = [
    ...['_read', '_write', '_writev', '_final', '_destroy', '_getsockname', '_getpeername'],
    ...['ref', 'unref', 'pending', 'bytesRead', 'bytesWritten'],
];

/** Restores the members of a socket whose connection has been closed, so that it can connect again. */
export function restoreSocket(socket: Socket): void {
    for (const name of MEMBERS) Reflect.deleteProperty(socket, name);
}

/** Connects two sockets that have no connection: from now on, each reads what the other one writes. */
export function connectSockets(client: Socket, server: Socket): void {
    const clientEnd = new MemorySocket(client, 'client');
    const serverEnd = new MemorySocket(server, 'server');
    clientEnd.peer = serverEnd;
    serverEnd.peer = clientEnd;
}

/**
 * One end of a connection within this thread. It replaces the members of its socket that would touch a handle; timeouts, events
 * and the states of both streams are those of every socket.
 *
 * Bytes arrive on the next tick, so that neither side ever runs inside a call of the other.
 */
class MemorySocket {
    peer!: MemorySocket;
    readonly #socket: Socket;
    readonly #role: SocketRole;
    #sent = 0;
    /** Lets the peer continue to send; set while this end has no room for more. */
    #release: (() => void) | undefined;

    constructor(socket: Socket, side: SocketRole) {
        this.#socket = socket;
        this.#role = side;
        const destroy = socket._destroy.bind(socket);
        Object.assign(socket, {
            _read: () => this.#drain(),
            _write: (chunk: WriteChunk['chunk'], encoding: BufferEncoding, done: WriteCallback) =>
                this.#send(toBytes({ chunk, encoding }), done),
            _writev: (chunks: WriteChunk[], done: WriteCallback) =>
                this.#send(Buffer.concat(chunks.map(toBytes)), done),
            _final: (done: WriteCallback) => this.peer.#receiveEnd(done),
            _destroy: (error: Error | null, done: WriteCallback) => {
                this.#detach(error);
                destroy(error, done);
            },
            // Node makes `address()`, `localPort`, `remoteAddress` and the like of these two.
            _getsockname: () => ADDRESSES[side],
            _getpeername: () => ADDRESSES[side === 'client' ? 'server' : 'client'],
            ref: () => socket,
            unref: () => socket,
        });
        Object.defineProperties(socket, {
            pending: { get: () => socket.connecting, configurable: true },
            bytesRead: { get: () => this.peer.#sent, configurable: true },
            bytesWritten: { get: () => this.#sent, configurable: true },
        });
    }

    /** @param done - Called when the peer has room for more. */
    #send(bytes: Buffer, done: () => void): void {
        this.#sent += bytes.length;
        restartTimeout(this.#socket);
        restartTimeout(this.peer.#socket);
        this.peer.#receive(bytes, done);
    }

    #receive(bytes: Buffer, done: () => void): void {
        process.nextTick(() => {
            // A receiver that is gone takes all, as with TCP, where the sender learns of that from what it reads.
            if (this.#socket.destroyed || this.#socket.push(bytes)) done();
            else this.#release = done;
        });
    }

    #receiveEnd(done?: () => void): void {
        process.nextTick(() => {
            if (!this.#socket.destroyed) this.#socket.push(null);
            done?.();
        });
    }

    /** Lets the sender continue: this end has read what it had, or does not read at all. */
    #drain(): void {
        const release = this.#release;
        this.#release = undefined;
        release?.();
    }

    #detach(error: Error | null): void {
        this.#drain();
        // A server that has sent all it had leaves the client to read it.
        if (this.#role === 'client' || !this.#socket.writableFinished)
            process.nextTick(() => this.peer.#closeAfterPeer(error));
    }

    /** Called when the peer is gone, be it a client, or a server that had not ended what it sent. */
    #closeAfterPeer(error: Error | null): void {
        // A server has no use for the reason, and would try to answer it.
        if (this.#role === 'server') this.#socket.destroy();
        else if (error === null) this.#receiveEnd();
        else this.#socket.destroy(error);
    }
}

function restartTimeout(socket: Socket & SocketInternals): void {
    socket._unrefTimer?.();
}

/** A copy, since the owner of a buffer may fill it again as soon as it has been written. */
function toBytes({ chunk, encoding }: WriteChunk): Buffer {
    return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
}
