import type { AddressInfo, Socket } from 'node:net';

type WriteCallback = (error?: Error | null) => void;
type WriteChunk = { chunk: string | Uint8Array; encoding: BufferEncoding };

/** End of a connection. */
export type SocketRole = 'client' | 'server';

/** Members that Node's types omit. */
interface SocketInternals {
    /** Restarts the timeout, as Node does whenever bytes pass. */
    _unrefTimer?(): void;
}

/** Addresses that the two ends report. */
const ADDRESSES: Record<SocketRole, AddressInfo> = {
    client: { address: '127.0.0.1', family: 'IPv4', port: 49_152 },
    server: { address: '127.0.0.1', family: 'IPv4', port: 443 },
};

/** Members that an end of a connection replaces. */
const MEMBERS = [
    ...['_read', '_write', '_writev', '_final', '_destroy', '_getsockname', '_getpeername'],
    ...['ref', 'unref', 'pending', 'bytesRead', 'bytesWritten'],
];

/** Restores the members of a closed socket, so that it can connect again. */
export function restoreSocket(socket: Socket): void {
    for (const name of MEMBERS) Reflect.deleteProperty(socket, name);
}

/** Connects two unconnected sockets: each reads what the other one writes. */
export function connectSockets(client: Socket, server: Socket): void {
    const clientEnd = new MemorySocket(client, 'client');
    const serverEnd = new MemorySocket(server, 'server');
    clientEnd.peer = serverEnd;
    serverEnd.peer = clientEnd;
}

/**
 * One end of a connection within this thread. It replaces the members of its socket that would use a handle; timeouts,
 * events and stream states work as in every socket.
 *
 * Bytes arrive on the next tick, so that neither side runs inside a call of the other.
 */
class MemorySocket {
    peer!: MemorySocket;
    readonly #socket: Socket;
    readonly #role: SocketRole;
    #sent = 0;
    /** Lets the peer continue to send; set while this end has no room. */
    #release: (() => void) | undefined;

    constructor(socket: Socket, role: SocketRole) {
        this.#socket = socket;
        this.#role = role;
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
            // Node derives `address()`, `localPort`, `remoteAddress` and similar members from these two.
            _getsockname: () => ADDRESSES[role],
            _getpeername: () => ADDRESSES[role === 'client' ? 'server' : 'client'],
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
            // A closed receiver accepts everything, as in TCP, where the sender notices that when it reads.
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

    /** Lets the sender continue: this end has consumed its data, or never reads. */
    #drain(): void {
        const release = this.#release;
        this.#release = undefined;
        release?.();
    }

    #detach(error: Error | null): void {
        this.#drain();
        // A server that has sent everything leaves the client to read it.
        if (this.#role === 'client' || !this.#socket.writableFinished)
            process.nextTick(() => this.peer.#closeAfterPeer(error));
    }

    /** Called when the peer is closed: a client, or a server that had not ended its response. */
    #closeAfterPeer(error: Error | null): void {
        // A server has no use for the error, and would try to respond to it.
        if (this.#role === 'server') this.#socket.destroy();
        else if (error === null) this.#receiveEnd();
        else this.#socket.destroy(error);
    }
}

function restartTimeout(socket: Socket & SocketInternals): void {
    socket._unrefTimer?.();
}

/** Copies the data, since its owner may reuse the buffer after the write. */
function toBytes({ chunk, encoding }: WriteChunk): Buffer {
    return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
}
