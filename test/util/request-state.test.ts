import { describe, expect, it } from 'vitest';
import { requestState } from '../../src/util/request-state.js';

const NONE = new Set<string>();
const AT = '2026-01-02T03:04:05.678Z';

describe('the state of a request', () => {
    it.each([
        ['pending', {}],
        ['pending', { handledAt: null, errorMessages: ['once'], retryCount: 1 }],
        ['handled', { handledAt: AT }],
        ['handled', { handledAt: AT, errorMessages: ['once'], retryCount: 1 }],
        ['failed', { handledAt: AT, errorMessages: ['a', 'b'], retryCount: 1 }],
        ['failed', { handledAt: AT, userData: { __crawlee: { state: 6 } } }],
        ['failed', { handledAt: AT, errorMessages: ['a'], retryCount: 2, noRetry: true }],
        ['handled', { handledAt: AT, noRetry: true }],
        ['skipped', { handledAt: AT, userData: { __crawlee: { state: 7 } } }],
        ['handled', { handledAt: AT, errorMessages: ['a'], userData: { __crawlee: { state: 4 } } }],
        ['failed', { handledAt: AT, errorMessages: ['a'], userData: { __crawlee: null } }],
    ] as const)('is %s for %j', (state, request) => {
        expect(requestState({ id: 'r', ...request }, NONE)).toBe(state);
    });

    it('is locked while a client processes it', () => {
        expect(requestState({ id: 'r' }, new Set(['r']))).toBe('locked');
        expect(requestState({ id: 'r', handledAt: AT }, new Set(['r']))).toBe('handled');
    });
});
