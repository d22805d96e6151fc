import { describe, expect, it } from 'vitest';
import { bodyStream } from '../../src/util/bytes/body-stream.js';

describe('a body that comes in pieces', () => {
    it('is read in order, whether its pieces came before or come later', async () => {
        const { taker, pieces } = bodyStream(() => {});
        taker.take(Buffer.from('a'));
        taker.take(Buffer.from('b'));
        const reading = readBody(pieces);
        setImmediate(() => {
            taker.take(Buffer.from('c'));
            taker.end();
        });

        expect(String(await reading)).toBe('abc');
    });

    it('fails after what has come', async () => {
        const { taker, pieces } = bodyStream(() => {});
        taker.take(Buffer.from('a'));
        taker.fail(new Error('cut off'));
        const read: string[] = [];

        await expect(
            (async () => {
                for await (const piece of pieces) read.push(String(piece));
            })(),
        ).rejects.toThrow('cut off');
        expect(read).toEqual(['a']);
    });

    it('is given up once, by a reader that stops before its end', async () => {
        let given = 0;
        const { taker, pieces } = bodyStream(() => given++);
        taker.take(Buffer.from('a'));
        taker.take(Buffer.from('b'));

        for await (const piece of pieces) if (String(piece) === 'a') break;
        expect(given).toBe(1);

        const whole = bodyStream(() => given++);
        whole.taker.end();
        await readBody(whole.pieces);
        expect(given).toBe(1);
    });
});

async function readBody(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of pieces) chunks.push(chunk);
    return Buffer.concat(chunks);
}
