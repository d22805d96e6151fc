import type { Socket } from 'node:net';

/** The sockets of one server, in both directions, so that all of them can be ended at once. */
export class OpenSockets {
    readonly #sockets = new Set<Socket>();
    #areEnded = false;

    /**
     * Takes a socket in until it closes. From then on it does not keep the process alive, nor can an error of it end the
     * process: whoever uses the socket sees it close.
     */
    add(socket: Socket): void {
        socket.on('error', () => {});
        if (this.#areEnded) {
            socket.destroy();
            return;
        }
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
        socket.unref();
        // While it tries one address after the other, Node gives the socket a new handle for each.
        if (socket.connecting) socket.once('connect', () => socket.unref());
    }

    /** Ends all sockets without waiting for what is on its way, and those that are added later too. */
    endAll(): void {
        this.#areEnded = true;
        for (const socket of this.#sockets) socket.destroy();
    }
}
