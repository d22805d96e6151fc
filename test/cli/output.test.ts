import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openOutput } from '../../src/cli/ui/terminal.js';

describe('an output', () => {
    it('waits for its reader without buffering', async () => {
        const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => setImmediate(done) });
        const output = openOutput(stream as never, {});
        const before = stream.listenerCount('error');

        for (let index = 0; index < 20; index++) await output.write('text');

        expect(stream.listenerCount('error')).toBe(before);
        expect(stream.listenerCount('drain')).toBe(0);
    });

    it('reports that its reader has exited, and continues', async () => {
        const stream = new PassThrough({ highWaterMark: 1 });
        const output = openOutput(stream as never, {});

        const waiting = output.write('text');
        stream.destroy(Object.assign(new Error('gone'), { code: 'EPIPE' }));
        await waiting;
        await output.write('more');

        expect(output.isClosed).toBe(true);
    });
});
