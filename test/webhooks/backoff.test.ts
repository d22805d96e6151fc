import { describe, expect, it } from 'vitest';
import { retryDelayMillis } from '../../src/webhooks/dispatcher.js';

describe('the wait before a retry', () => {
    it('is one minute and doubles each time, for eleven retries', () => {
        const minutes = Array.from({ length: 12 }, (_, index) => (retryDelayMillis(index + 1) ?? NaN) / 60_000);

        expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, NaN]);
    });
});
