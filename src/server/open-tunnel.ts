import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { connectionFailure } from './connection-failure.js';
import { refuseTunnel } from './proxy-refusal.js';
import type { OpenSockets } from './open-sockets.js';
import type { ProxyTarget } from './proxy-target.js';

/** The client's end of a tunnel. */
export interface TunnelClient {
    readonly socket: Socket;
    /** What the client has sent already, before it was told that the tunnel is open. */
    readonly head: Buffer;
}

/** Connects a client with its target; from then on all bytes pass, in each direction until its sender ends it. */
export function openTunnel({ socket, head }: TunnelClient, target: ProxyTarget, sockets: OpenSockets): void {
    const upstream = connect({ host: target.host, port: target.port, allowHalfOpen: true, noDelay: true });
    sockets.add(upstream);
    const giveUp = (): void => void upstream.destroy();
    const refuse = (error: Error): void => refuseTunnel(socket, connectionFailure(target, error));
    socket.once('close', giveUp);
    upstream.once('error', refuse);
    upstream.once('connect', () => {
        socket.off('close', giveUp);
        upstream.off('error', refuse);
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        if (head.length > 0) upstream.write(head);
        // When one end breaks off, a pipeline destroys the other, which is all that can be said to it.
        pipeline(socket, upstream, () => {});
        pipeline(upstream, socket, () => {});
    });
}
