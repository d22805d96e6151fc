import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InterceptedRequests } from '../../src/execution/intercepted-requests.js';
import type { HostMessage } from '../../src/protocol/messages.js';

const PIECE = Buffer.alloc(600_000);

/** Responds to a request with a body of five chunks, and records what is read and sent. */
function respond(isUpload = false) {
    const posted: HostMessage[] = [];
    const exchanges = new InterceptedRequests((message) => posted.push(message));
    const seen = { read: 0, isGivenUp: false, signal: undefined as AbortSignal | undefined };
    async function* body(): AsyncGenerator<Uint8Array> {
        try {
            for (; seen.read < 5; seen.read += 1) yield PIECE;
        } finally {
            seen.isGivenUp = seen.read < 5;
        }
    }
    const done = exchanges.respond(7, isUpload, async ({ signal }) => {
        seen.signal = signal;
        return { status: 200, body: body() };
    });
    const pieces = (): number => posted.filter((message) => message.type === 'body' && message.bytes).length;
    return { exchanges, posted, seen, done, pieces };
}

async function settled(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
}

describe('the body of a response to an Actor', () => {
    it('is sent no faster than it is read', async () => {
        const { exchanges, posted, done, pieces } = respond();
        await settled();
        const before = pieces();

        exchanges.receive({ type: 'ack', id: 7, byteCount: PIECE.length });
        await settled();
        const then = pieces();
        for (let read = 0; read < 4; read += 1) {
            exchanges.receive({ type: 'ack', id: 7, byteCount: PIECE.length });
            await settled();
        }
        await done;

        expect([before, then, pieces()]).toEqual([2, 3, 5]);
        expect(posted[0]).toEqual({ type: 'response', id: 7, ok: true, output: { status: 200 } });
        expect(posted.at(-1)).toEqual({ type: 'body', id: 7 });
    });

    it.each([
        [
            'the Actor cancels the request',
            (exchanges: InterceptedRequests) => exchanges.receive({ type: 'cancel', id: 7 }),
        ],
        ['the run ends', (exchanges: InterceptedRequests) => exchanges.abortAll()],
    ])('is aborted when %s', async (_when, stop) => {
        const { exchanges, seen, done, pieces } = respond();
        await settled();

        stop(exchanges);
        await done;
        await settled();

        expect(pieces()).toBe(2);
        expect(seen).toMatchObject({ isGivenUp: true });
        expect(seen.signal?.aborted).toBe(true);
    });
});
