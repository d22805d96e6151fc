import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/execution/channel.js';
import { encodeFrame, FrameReader, InvalidFrameError } from '../../src/protocol/frames.js';
import { readActorMessage } from '../../src/protocol/read-actor-message.js';
import { mutationsOf, anyJson } from '../support/arbitraries/edge-cases.js';
import { checkProperty } from '../support/arbitraries/property.js';
import type { ExecutionHost } from '../../src/protocol/execution.js';
import type { ActorMessage, HostMessage, Port } from '../../src/protocol/messages.js';

const MESSAGES: ActorMessage[] = [
    { type: 'started', threadId: 1, kernelId: 2 },
    { type: 'call', id: 1, segments: [['dataset', 'x'], ['get']] },
    { type: 'call', id: 2, segments: [['x']] },
    { type: 'input-read' },
    {
        type: 'request',
        id: 3,
        request: { method: 'GET', url: 'http://x/v2/x', headers: [['a', 'b']] },
        isForApi: true,
        isUpload: false,
    },
    {
        type: 'request',
        id: 4,
        request: { method: 'GET', url: 'http://x/', headers: [] },
        isForApi: false,
        isUpload: true,
    },
    { type: 'upload', id: 4, bytes: new Uint8Array(3) },
    { type: 'upload', id: 4, isBroken: true },
    { type: 'ack', id: 4, byteCount: 5 },
    { type: 'cancel', id: 4 },
    { type: 'write-grant', id: 5, datasetId: 'x', byteCount: 1 },
    { type: 'data-appended', datasetId: 'x' },
    { type: 'output', stream: 'stdout', text: 'text' },
    { type: 'child-ended', pid: 999_999_999 },
    { type: 'inspector-opened', url: 'ws://x' },
    {
        type: 'usage',
        usage: { elapsedMillis: 1, memoryBytes: 1, cpuMicros: 1, netRxBytes: 1, netTxBytes: 1 },
    },
    { type: 'out-of-memory', usedBytes: 1 },
    { type: 'crashed', phase: 'running', error: { name: 'Error', message: 'text' }, location: 'a:1' },
    { type: 'exited', exitCode: 0 },
];

/** Values that V8 can clone. */
const copied: fc.Arbitrary<unknown> = fc.oneof(
    { arbitrary: fc.constantFrom(...MESSAGES), weight: 3 },
    { arbitrary: fc.constantFrom(...MESSAGES).chain((message) => mutationsOf(message)), weight: 5 },
    { arbitrary: anyJson, weight: 2 },
    {
        arbitrary: fc.anything({
            withBigInt: true,
            withDate: true,
            withMap: true,
            withSet: true,
            withTypedArray: true,
            withSparseArray: true,
        }),
        weight: 2,
    },
);

const cuts = fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 });

describe('any message of an Actor', () => {
    it('is handled, or ends the run with the reason', async () => {
        const property = fc.asyncProperty(fc.array(copied, { maxLength: 20 }), async (messages) => {
            const port = new LocalPort();
            const channel = new Channel(port, { runId: 'run', host: answeringHost }, () => {});
            for (const message of messages) port.emit('message', message);
            await setImmediate();

            const asked = messages.map((message) => readActorMessage(message));
            const ids = new Set(
                asked.flatMap((message) => (message !== undefined && 'id' in message ? [message.id] : [])),
            );
            for (const sent of port.sent) expect('id' in sent && ids.has(sent.id)).toBe(true);
            const end = asked.findIndex((message) => message === undefined || message.type === 'exited');
            if (end !== -1 && asked[end] === undefined) {
                expect(await channel.closed).toMatchObject({
                    exitCode: expect.any(Number),
                    crash: { phase: expect.any(String) },
                });
            }
            port.emit('close');
            await channel.closed;
        });
        await checkProperty(property, 80);
    });
});

describe('a pipe', () => {
    it('returns the written messages, for any division into chunks', async () => {
        const property = fc.asyncProperty(fc.array(copied, { maxLength: 5 }), cuts, async (messages, sizes) => {
            const reader = new FrameReader();
            const read = [...piecesOf(Buffer.concat(messages.map(encodeFrame)), sizes)].flatMap((piece) => [
                ...reader.decode(piece),
            ]);

            expect(read).toEqual(messages);
        });
        await checkProperty(property, 60);
    });

    it('rejects bytes that are not a message', async () => {
        const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
        const spoilt = fc.tuple(copied.map(encodeFrame), fc.nat(), fc.nat(255)).map(([frame, place, byte]) => {
            frame[place % frame.length] = byte;
            return frame;
        });
        const framed = bytes.map((body) => Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body]));
        const property = fc.asyncProperty(fc.oneof(bytes, framed, spoilt), cuts, async (stream, sizes) => {
            const reader = new FrameReader();
            try {
                for (const piece of piecesOf(stream, sizes))
                    for (const message of reader.decode(piece)) readActorMessage(message);
            } catch (error) {
                expect(error).toBeInstanceOf(InvalidFrameError);
            }
        });
        await checkProperty(property, 80);
    });
});

const answeringHost: ExecutionHost = {
    call: async (steps) => steps,
    request: async () => ({ status: 200, statusText: '', headers: [], body: bodyOf() }),
    fetch: async () => ({ status: 200, statusText: '', headers: [], body: bodyOf() }),
    createChildEnv: async () => ({}),
    grantDirectWrites: () => undefined,
    inputRead() {},
    ingest() {},
    output() {},
    usage() {},
    inspectorOpened() {},
};

async function* bodyOf(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1);
}

class LocalPort extends EventEmitter implements Port {
    readonly sent: HostMessage[] = [];
    postMessage(message: unknown): void {
        this.sent.push(structuredClone(message) as HostMessage);
    }
    close(): void {}
    ref(): void {}
    unref(): void {}
}

function* piecesOf(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const end = at + 1 + sizes[turn % sizes.length]!;
        yield bytes.subarray(at, end);
        at = end;
    }
}
