import { bodyTooLarge } from '../api/body-limit.js';
import type { IncomingMessage } from 'node:http';

/** The body of a message; rejects with `request-too-large` once it passes the limit, or when its sender breaks off. */
export function readIncoming(incoming: IncomingMessage, limit: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const take = (chunk: Buffer): void => {
            size += chunk.length;
            if (size > limit) settle(() => reject(bodyTooLarge(limit)));
            else chunks.push(chunk);
        };
        const end = (): void => settle(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
        const breakOff = (): void => settle(() => reject(new Error('The client went away before it had sent all.')));
        const settle = (done: () => void): void => {
            incoming.off('data', take).off('end', end).off('error', breakOff).off('close', breakOff).pause();
            done();
        };
        if (incoming.destroyed || incoming.readableEnded) {
            breakOff();
            return;
        }
        incoming.on('data', take).on('end', end).on('error', breakOff).on('close', breakOff);
    });
}
