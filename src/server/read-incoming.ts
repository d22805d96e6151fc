import { fairTurns } from '../executor/fair-turns.js';
import { TurnGate } from '../executor/turn-gate.js';
import { bodyTooLarge } from '../api/body-limit.js';
import type { IncomingMessage } from 'node:http';

const EMPTY = Buffer.alloc(0);
/** From here on a body is large: it takes memory while it comes, and time when it is there. */
const LARGE_BYTES = 256 * 1024;
/** So many large ones are read at once; the others wait in their connections, but none for long, as clients may be slow. */
const LARGE_AT_ONCE = 8;
const PATIENCE_MILLIS = 50;

const gate = new TurnGate(LARGE_AT_ONCE, PATIENCE_MILLIS);

/** The body of a message; rejects with `request-too-large` once it passes the limit, or when its sender breaks off. */
export async function readIncoming(incoming: IncomingMessage, limit: number): Promise<Buffer> {
    // A small one comes together with its head, and a turn later it is there as a whole: it need not be made to flow.
    await Promise.resolve();
    const { complete, destroyed, readableDidRead, readableLength } = incoming;
    if (!complete || destroyed || readableDidRead || readableLength > limit) {
        return isLarge(incoming) ? readInTurn(incoming, limit) : readFlow(incoming, limit);
    }
    return (incoming.read() as Buffer | null) ?? EMPTY;
}

function isLarge({ headers }: IncomingMessage): boolean {
    const length = headers['content-length'];
    return length === undefined || Number(length) > LARGE_BYTES;
}

async function readInTurn(incoming: IncomingMessage, limit: number): Promise<Buffer> {
    let leave: () => void = () => {};
    await new Promise<void>((resolve) => {
        leave = gate.enter(resolve);
    });
    try {
        return await readFlow(incoming, limit);
    } finally {
        leave();
        // Many may have come to their end at once.
        await fairTurns.wait();
    }
}

function readFlow(incoming: IncomingMessage, limit: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const take = (chunk: Buffer): void => {
            size += chunk.length;
            chunks.push(chunk);
            if (size <= limit) return;
            incoming.off('data', take).pause();
            chunks.length = 0;
            reject(bodyTooLarge(limit));
        };
        const breakOff = (): void => reject(new Error('The client went away before it had sent all.'));
        if (incoming.destroyed || incoming.readableEnded) {
            breakOff();
            return;
        }
        incoming
            .on('data', take)
            .once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
            // It comes in the end in any case.
            .once('close', () => incoming.readableEnded || breakOff());
    });
}
