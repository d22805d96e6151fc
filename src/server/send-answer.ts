import { wholeAnswerOf, type WholeAnswer } from '../api/whole-response.js';
import type { ServerResponse } from 'node:http';

/** Types that a browser makes a page of, which could then act as if the engine had written it. */
const PAGES = /html|xml|svg/i;

const SMALL_BYTES = 16_384;

/** Sends an answer by way of Node. A body that fails, or that nobody takes any more, breaks the connection off. */
export async function sendAnswer(answer: Response, outgoing: ServerResponse): Promise<void> {
    const whole = wholeAnswerOf(answer);
    if (whole !== undefined) {
        sendWhole(whole, outgoing);
        return;
    }
    outgoing.writeHead(answer.status, secured(Object.fromEntries(answer.headers)));
    if (answer.body === null) outgoing.end();
    else await sendPieces(answer.body.getReader(), outgoing);
}

function sendWhole({ status, headers, body }: WholeAnswer, outgoing: ServerResponse): void {
    const length = Buffer.byteLength(body);
    outgoing.writeHead(status, { ...secured(headers), 'content-length': length });
    // Node sends text together with the head, and bytes by themselves, which takes twice as long for few of them.
    if (typeof body === 'string' || length > SMALL_BYTES) outgoing.end(body);
    else outgoing.end(Buffer.from(body.buffer, body.byteOffset, length).toString('latin1'), 'latin1');
}

/** Headers that keep a browser from taking what somebody stored for something else. */
function secured(headers: WholeAnswer['headers']): Record<string, string> {
    const isPage = PAGES.test(headers['content-type'] ?? '');
    return {
        ...headers,
        'x-content-type-options': 'nosniff',
        ...(isPage && { 'content-security-policy': 'sandbox' }),
    };
}

async function sendPieces(reader: ReadableStreamDefaultReader<Uint8Array>, outgoing: ServerResponse): Promise<void> {
    const giveUp = (): void => void reader.cancel().catch(() => {});
    outgoing.once('close', giveUp);
    // The head goes out now, for whoever listens to what comes over time.
    outgoing.flushHeaders();
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done || outgoing.destroyed) break;
            if (!outgoing.write(value)) await room(outgoing);
        }
        outgoing.off('close', giveUp).end();
    } catch {
        // An end in order would make what came so far look like all there is.
        outgoing.destroy();
    }
}

/** Waits until more can be written, or nothing will be any more. */
async function room(outgoing: ServerResponse): Promise<void> {
    if (outgoing.destroyed) return;
    await new Promise<void>((resolve) => {
        const go = (): void => {
            outgoing.off('drain', go).off('close', go);
            resolve();
        };
        outgoing.on('drain', go).on('close', go);
    });
}
