import { describe, expect, it } from 'vitest';
import { OutputBackpressure, outputCost } from '../../../src/protocol/flow-control.js';

const PIECE = 'x'.repeat(100_000);

describe('backpressure for output', () => {
    it('lets output pass while the host keeps up', () => {
        const host = new OutputBackpressure();
        const gate = new OutputBackpressure(host.buffer);

        for (let piece = 0; piece < 1000; piece += 1) {
            gate.acquire(outputCost(PIECE));
            host.release(outputCost(PIECE));
        }

        expect(new Int32Array(host.buffer)[0]).toBe(0);
    });

    it('lets everything pass once the host stops handling it', () => {
        const host = new OutputBackpressure();
        const gate = new OutputBackpressure(host.buffer);

        host.close();
        for (let piece = 0; piece < 1000; piece += 1) gate.acquire(outputCost(PIECE));

        expect(new Int32Array(host.buffer)[0]).toBeLessThan(0);
    });
});
