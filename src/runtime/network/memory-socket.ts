import type Net from 'node:net';
import type { AddressInfo, Socket, SocketConstructorOpts } from 'node:net';
import type { Duplex } from 'node:stream';

type Done = (error?: Error | null) => void;
type Piece = { chunk: string | Uint8Array; encoding: BufferEncoding };

export type Side = 'client' | 'server';

/** A socket with no handle under it: what it writes is what its peer reads. */
export interface MemorySocket extends Socket {
    /** Brings what the peer writes. */
    readonly incoming: Wire;
    /** The other end; without one, nothing can be written. */
    peer: MemorySocket | undefined;
    /** Called when the peer is gone, be it a client or a server that had not ended what it sent. */
    hangUp(error: Error | null): void;
}

export type MemorySocketClass = new (side: Side, options: SocketConstructorOpts) => MemorySocket;

/** Where the two ends say that they are. */
const ADDRESSES: Record<Side, AddressInfo> = {
    client: { address: '127.0.0.1', family: 'IPv4', port: 49_152 },
    server: { address: '127.0.0.1', family: 'IPv4', port: 443 },
};

/**
 * Makes the class, whose base is not there before the network has been loaded. It overrides what would touch a handle;
 * timeouts, events and the states of both streams are those of every socket.
 */
export function defineMemorySocket(net: typeof Net): MemorySocketClass {
    return class extends net.Socket implements MemorySocket {
        readonly incoming = new Wire(this);
        peer: MemorySocket | undefined;
        readonly #side: Side;
        #sent = 0;

        constructor(side: Side, options: SocketConstructorOpts) {
            super(options);
            this.#side = side;
            Object.defineProperties(this, {
                pending: { get: () => this.connecting },
                bytesRead: { get: () => this.peer?.bytesWritten ?? 0 },
                bytesWritten: { get: () => this.#sent },
            });
        }

        hangUp(error: Error | null): void {
            // A server has no use for the reason, and would try to answer it.
            if (this.#side === 'server') this.destroy();
            else if (error === null) this.incoming.end();
            else this.destroy(error);
        }

        override _read(): void {
            this.incoming.drain();
        }

        override _write(chunk: Piece['chunk'], encoding: BufferEncoding, done: Done): void {
            this.#send(toBytes({ chunk, encoding }), done);
        }

        override _writev(pieces: Piece[], done: Done): void {
            this.#send(Buffer.concat(pieces.map(toBytes)), done);
        }

        override _final(done: Done): void {
            this.peer?.incoming.end(done);
        }

        override _destroy(error: Error | null, done: Done): void {
            this.incoming.drain();
            // Whereas a server that has said all it had leaves the client to read it.
            if (this.#side === 'client' || !this.writableFinished) process.nextTick(() => this.peer?.hangUp(error));
            super._destroy(error, done);
        }

        #send(bytes: Buffer, done: Done): void {
            this.#sent += bytes.length;
            restartTimeout(this);
            restartTimeout(this.peer);
            this.peer?.incoming.send(bytes, done);
        }

        // Node makes `address()`, `localPort`, `remoteAddress` and the like of these two.
        _getsockname(): AddressInfo {
            return ADDRESSES[this.#side];
        }

        _getpeername(): AddressInfo {
            return ADDRESSES[this.#side === 'client' ? 'server' : 'client'];
        }

        override ref(): this {
            return this;
        }

        override unref(): this {
            return this;
        }
    };
}

/** As Node does it where something passes; its types do not know it. */
function restartTimeout(socket: (Socket & { _unrefTimer?(): void }) | undefined): void {
    socket?._unrefTimer?.();
}

/** A copy, since the owner of a buffer may fill it anew as soon as it has been written. */
function toBytes({ chunk, encoding }: Piece): Buffer {
    return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
}

/**
 * One direction of a connection within this thread. What is sent arrives on the next tick, so that neither side ever
 * runs inside a call of the other.
 */
class Wire {
    readonly #receiver: Duplex;
    #release: (() => void) | undefined;

    constructor(receiver: Duplex) {
        this.#receiver = receiver;
    }

    /**
     * @param bytes - Not touched by the sender any more.
     * @param done - Called when the receiver has room for more; also if nobody is there to receive, as with TCP, where
     *     the sender learns of that from what it reads.
     */
    send(bytes: Buffer, done: () => void): void {
        process.nextTick(() => {
            if (this.#receiver.destroyed || this.#receiver.push(bytes)) done();
            else this.#release = done;
        });
    }

    /** Tells the receiver that nothing more comes. */
    end(done?: () => void): void {
        process.nextTick(() => {
            if (!this.#receiver.destroyed) this.#receiver.push(null);
            done?.();
        });
    }

    /** Lets the sender go on, because the receiver has read what it had or will not read at all. */
    drain(): void {
        const release = this.#release;
        this.#release = undefined;
        release?.();
    }
}
