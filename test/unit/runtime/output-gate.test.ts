import { describe, expect, it } from 'vitest';
import { OutputAccount } from '../../../src/executor/output-account.js';
import { outputCost } from '../../../src/protocol/flow.js';
import { sharedGate } from '../../../src/runtime/output.js';

const PIECE = 'x'.repeat(100_000);

describe('a gate for output', () => {
    it('lets pass what the host keeps up with', () => {
        const account = new OutputAccount();
        const gate = sharedGate(account.shared);

        for (let piece = 0; piece < 1000; piece += 1) {
            gate.pass(outputCost(PIECE));
            account.settle(PIECE);
        }

        expect(new Int32Array(account.shared)[0]).toBe(0);
    });

    it('lets everything pass once nobody deals with it any more', () => {
        const account = new OutputAccount();
        const gate = sharedGate(account.shared);

        account.close();
        for (let piece = 0; piece < 1000; piece += 1) gate.pass(outputCost(PIECE));

        expect(new Int32Array(account.shared)[0]).toBeLessThan(0);
    });
});
