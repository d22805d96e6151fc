import { describe, expect, it } from 'vitest';
import { checkIsolation, chooseIsolation } from '../../../src/run/start/start-options.js';

describe('the isolation of a run', () => {
    it('is that of the run, else of the Actor, else of the engine', () => {
        const engine = { isolation: 'thread' } as const;

        expect(chooseIsolation('process', { isolation: 'pooled', isFunction: false }, engine)).toBe('process');
        expect(chooseIsolation(undefined, { isolation: 'pooled', isFunction: false }, engine)).toBe('pooled');
        expect(chooseIsolation(undefined, { isFunction: false }, engine)).toBe('thread');
    });

    it('is inline for a function, regardless of the engine', () => {
        expect(chooseIsolation(undefined, { isFunction: true }, { isolation: 'process' })).toBe('inline');
    });

    it.each(['thread', 'pooled', 'process'])('cannot be %s for a function', (wanted) => {
        expect(() => checkIsolation(wanted, 'options.isolation', true)).toThrow(/function in this process/);
        expect(() => checkIsolation(wanted, 'options.isolation', false)).not.toThrow();
    });

    it('must be a known mode', () => {
        expect(() => checkIsolation('tread', 'options.isolation', false)).toThrow('Did you mean `thread`?');
    });
});
