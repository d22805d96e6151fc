import { setImmediate } from 'node:timers';
import { JSON_TYPE } from '../util/json.js';
import { wholeAnswerOf, type WholeAnswer } from '../api/whole-response.js';
import type { ServerResponse } from 'node:http';

/** Types that a browser makes a page of, which could then act as if the engine had written it. */
const PAGES = /html|xml|svg/i;

const SMALL_BYTES = 16_384;

/**
 * Sends an answer by way of Node. A body that fails, or that nobody takes any more, breaks the connection off.
 *
 * @throws What Node has against a header; nothing has been sent then.
 */
export async function sendAnswer(answer: Response, outgoing: ServerResponse): Promise<void> {
    const whole = wholeAnswerOf(answer);
    if (outgoing.destroyed) {
        if (whole === undefined) await answer.body?.cancel();
    } else if (whole !== undefined) {
        sendWhole(whole, outgoing);
    } else {
        outgoing.writeHead(
            answer.status,
            secured([...answer.headers].flat(), answer.headers.get('content-type') ?? ''),
        );
        if (answer.body === null) outgoing.end();
        else await sendPieces(answer.body.getReader(), outgoing);
    }
}

function sendWhole({ status, contentType, headers, body }: WholeAnswer, outgoing: ServerResponse): void {
    const length = Buffer.byteLength(body);
    const flat: (string | number)[] = ['content-type', contentType, 'content-length', length];
    for (const name in headers) if (name !== 'content-length') flat.push(name, headers[name]!);
    outgoing.writeHead(status, secured(flat, contentType));
    if (length > SMALL_BYTES) outgoing.end(body);
    else if (due.push({ outgoing, body }) === 1) setImmediate(sendDue);
}

/** Small answers whose heads are written. */
const due: { outgoing: ServerResponse; body: string | Uint8Array }[] = [];

/**
 * Sends the small answers of one turn of the event loop together. Each by itself would wake up its receiver, who would be
 * asleep again before the next one, and waking somebody up takes longer than all the rest of an answer.
 */
function sendDue(): void {
    for (const { outgoing, body } of due.splice(0)) {
        if (outgoing.destroyed) continue;
        // Node sends text together with the head, and bytes by themselves, which takes twice as long for few of them.
        if (typeof body === 'string') outgoing.end(body);
        else outgoing.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'), 'latin1');
    }
}

/** Adds headers, name after value, that keep a browser from taking what somebody stored for something else. */
function secured(headers: (string | number)[], contentType: string): string[] {
    headers.push('x-content-type-options', 'nosniff');
    if (contentType !== JSON_TYPE && PAGES.test(contentType)) headers.push('content-security-policy', 'sandbox');
    return headers as string[];
}

async function sendPieces(reader: ReadableStreamDefaultReader<Uint8Array>, outgoing: ServerResponse): Promise<void> {
    const giveUp = (): void => void reader.cancel().catch(() => {});
    outgoing.once('close', giveUp);
    // Whoever broke off sees it.
    outgoing.on('error', () => {});
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
