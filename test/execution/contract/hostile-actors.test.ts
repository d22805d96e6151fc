import { describe, expect, it } from 'vitest';
import { addSource } from '../../support/make-engine.js';
import { engineFor } from './modes.js';

const GARBAGE = `null, undefined, 0, 'text', [], {}, { type: 'nothing' }, { type: 'call' }, { type: 'call', id: 1, segments: 5 },
    { ready: true }, { taskId: 0 }, new Error('not a message'), { type: 'child-started', pid: ${process.pid} }`;

describe.each(['thread', 'pooled', 'process'] as const)('an Actor in isolation %s that talks to its parent', (mode) => {
    it('reaches no one', async () => {
        const engine = await engineFor(mode);
        const hostile = await addSource(
            engine,
            `import { parentPort } from 'node:worker_threads';
            for (const message of [${GARBAGE}]) {
                parentPort?.postMessage(message);
                process.send?.(message);
            }
            await new Promise((resolve) => setTimeout(resolve, 50));`,
        );

        const run = await engine.call(hostile);

        expect(run.status).toBe('SUCCEEDED');
        expect((await engine.call(hostile)).status).toBe('SUCCEEDED');
    });
});

describe('an Actor in its own process that writes to the pipes of its channel', () => {
    it.each([
        ['bytes that are not a message', `[Buffer.from([5, 0, 0, 0, 1, 2, 3, 4, 5, 6])]`],
        ['the beginning of a message without end', `[Buffer.from([255, 255, 255, 255])]`],
        ['unknown messages', `[${GARBAGE}].map(framed)`],
    ])('ends, and the host continues: %s', async (_what, chunks) => {
        const engine = await engineFor('process');
        const hostile = await addSource(
            engine,
            `import { writeSync } from 'node:fs';
            import { serialize } from 'node:v8';
            function framed(message) {
                const body = serialize(message);
                const header = Buffer.alloc(4);
                header.writeUInt32LE(body.length);
                return Buffer.concat([header, body]);
            }
            for (const chunk of ${chunks}) writeSync(3, chunk);
            setInterval(() => {}, 1000);`,
        );
        const fine = await addSource(engine, 'export default () => ({ fine: true });', 'fine');

        const run = await engine.call(hostile);

        expect(await run.info()).toMatchObject({
            status: 'FAILED',
            exitCode: 1,
            statusMessage: expect.stringContaining('invalid message to its channel to the engine'),
        });
        expect(await run.log.text()).toContain('file descriptors 3 to 5');
        expect((await engine.call(fine)).status).toBe('SUCCEEDED');
    });
});
