import { describe, expect, it } from 'vitest';
import { createBodyStream } from '../../src/util/bytes/body-stream.js';

describe('createBodyStream', () => {
    it('yields chunks in order, written before or during the read', async () => {
        const { writer, chunks } = createBodyStream();
        writer.write(Buffer.from('a'));
        writer.write(Buffer.from('b'));
        const reading = readBody(chunks);
        setImmediate(() => {
            writer.write(Buffer.from('c'));
            writer.end();
        });

        expect(String(await reading)).toBe('abc');
    });

    it('yields the written chunks before it throws the error', async () => {
        const { writer, chunks } = createBodyStream();
        writer.write(Buffer.from('a'));
        writer.fail(new Error('cut off'));
        const read: string[] = [];

        await expect(
            (async () => {
                for await (const chunk of chunks) read.push(String(chunk));
            })(),
        ).rejects.toThrow('cut off');
        expect(read).toEqual(['a']);
    });

    it('calls `onCancel` once when the reader stops early, and not at the end', async () => {
        let cancelCount = 0;
        const { writer, chunks } = createBodyStream(() => cancelCount++);
        writer.write(Buffer.from('a'));
        writer.write(Buffer.from('b'));

        for await (const chunk of chunks) if (String(chunk) === 'a') break;
        expect(cancelCount).toBe(1);

        const readToEnd = createBodyStream(() => cancelCount++);
        readToEnd.writer.end();
        await readBody(readToEnd.chunks);
        expect(cancelCount).toBe(1);
    });
});

async function readBody(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const read: Uint8Array[] = [];
    for await (const chunk of chunks) read.push(chunk);
    return Buffer.concat(read);
}
