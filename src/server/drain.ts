import type { IncomingMessage } from 'node:http';

const MOST_MILLIS = 500;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads what nobody has read of a request that has been answered, since the next one on its connection comes after that.
 * From who has too much left, or takes too long, nothing more is taken.
 */
export function drain(incoming: IncomingMessage): void {
    if (incoming.readableEnded || incoming.destroyed) return;
    const { socket } = incoming;
    let left = MOST_BYTES;
    const give = (): void => {
        stop();
        socket.destroySoon();
    };
    const take = (chunk: Buffer): void => {
        left -= chunk.length;
        if (left < 0) give();
    };
    const timer = setTimeout(give, MOST_MILLIS).unref();
    const stop = (): void => {
        clearTimeout(timer);
        incoming.off('data', take).off('end', stop).off('close', stop);
    };
    incoming.on('data', take).on('end', stop).on('close', stop).resume();
}
