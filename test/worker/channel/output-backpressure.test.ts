import { describe, expect, it } from 'vitest';
import { OutputBackpressure, outputCost } from '../../../src/protocol/flow-control.js';

const PIECE = 'x'.repeat(100_000);

describe('a gate for output', () => {
    it('lets pass what the host keeps up with', () => {
        const host = new OutputBackpressure();
        const gate = new OutputBackpressure(host.shared);

        for (let piece = 0; piece < 1000; piece += 1) {
            gate.pass(outputCost(PIECE));
            host.settle(outputCost(PIECE));
        }

        expect(new Int32Array(host.shared)[0]).toBe(0);
    });

    it('lets everything pass once nobody deals with it any more', () => {
        const host = new OutputBackpressure();
        const gate = new OutputBackpressure(host.shared);

        host.close();
        for (let piece = 0; piece < 1000; piece += 1) gate.pass(outputCost(PIECE));

        expect(new Int32Array(host.shared)[0]).toBeLessThan(0);
    });
});
