import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader } from '../../src/protocol/frames.js';
import { seededRandom } from '../support/arbitraries/random.js';

const MESSAGES: unknown[] = [
    { type: 'call', id: 1, segments: [['dataset', 'x'], ['get']] },
    '',
    undefined,
    null,
    new Uint8Array([0, 1, 255]),
    { when: new Date(0), missing: undefined, list: [1n, Number.NaN] },
    'é'.repeat(70_000),
];

describe('frames', () => {
    it('keep messages intact, however they were split', () => {
        const bytes = Buffer.concat(MESSAGES.map(encodeFrame));
        const random = seededRandom(7);
        for (let time = 0; time < 50; time++) {
            const reader = new FrameReader();
            const read: unknown[] = [];
            for (let at = 0; at < bytes.length;) {
                const end = at + 1 + Math.floor(random() * (random() < 0.5 ? 8 : 50_000));
                read.push(...reader.decode(bytes.subarray(at, end)));
                at = end;
            }
            expect(read).toEqual(MESSAGES);
        }
    });

    it('refuse values that cannot be cloned', () => {
        expect(() => encodeFrame({ run: () => {} })).toThrow(/could not be cloned/);
    });
});
