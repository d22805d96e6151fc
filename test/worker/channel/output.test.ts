import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureOutput } from '../../../src/worker/channel/output.js';
import type { ActorMessage } from '../../../src/protocol/messages.js';

const own = { stdout: process.stdout.write, stderr: process.stderr.write };
const wasTty = [process.stdout.isTTY, process.stderr.isTTY];
let sent: ActorMessage[];
let flush: () => void;

beforeEach(() => {
    sent = [];
    flush = captureOutput(() => ({ post: (message) => sent.push(message) }));
});

afterEach(() => {
    Object.assign(process.stdout, { write: own.stdout, isTTY: wasTty[0] });
    Object.assign(process.stderr, { write: own.stderr, isTTY: wasTty[1] });
});

function texts(): string[] {
    return sent.map((message) => (message.type === 'output' ? `${message.stream} ${message.text}` : message.type));
}

describe('the output of an Actor', () => {
    it('is sent at once and in order, by stream', () => {
        process.stdout.write('one\n');
        process.stderr.write('two\n');
        process.stdout.write('three');

        expect(texts()).toEqual(['stdout one\n', 'stderr two\n', 'stdout three']);
    });

    it('is text even if it was written as bytes, as part of a character, or in another encoding', () => {
        const euro = Buffer.from('€');

        process.stdout.write(euro.subarray(0, 2));
        process.stdout.write(euro.subarray(2));
        process.stdout.write('686921', 'hex');

        expect(texts()).toEqual(['stdout €', 'stdout hi!']);
    });

    it('ends with a character that was never completed', () => {
        process.stdout.write(Buffer.from('€').subarray(0, 2));

        flush();

        expect(texts()).toEqual(['stdout \u{FFFD}']);
    });

    it('is never delayed: each write accepts more and calls back', async () => {
        const [plain, encoded] = [vi.fn<() => void>(), vi.fn<() => void>()];

        const results = [process.stdout.write('a', plain), process.stdout.write('b', 'utf8', encoded)];
        await new Promise(process.nextTick);

        expect(results).toEqual([true, true]);
        expect([plain, encoded].map((done) => done.mock.calls.length)).toEqual([1, 1]);
    });

    it('is not a terminal', () => {
        expect(process.stdout.isTTY).toBe(false);
    });
});
