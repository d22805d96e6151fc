import { describe, expect, it } from 'vitest';
import { checkDebug, chooseDebug, resolveDebug } from '../../../src/run/start/debug.js';

describe('the option `debug`', () => {
    it.each([
        ['a string', 'yes'],
        ['a number', 9229],
        ['a list', []],
        ['a port that does not exist', { port: 70_000 }],
        ['a wait that is not a boolean', { wait: 'no' }],
    ])('refuses %s', (_what, value) => {
        expect(() => checkDebug('options.debug', value)).toThrow(/^`options\.debug/);
    });

    it('refuses unknown properties', () => {
        expect(() => checkDebug('options.debug', { ports: 1 })).toThrow('Did you mean `port`?');
    });

    it('uses any free port and waits by default', () => {
        expect(resolveDebug(true)).toEqual({ port: 0, wait: true });
        expect(resolveDebug({ port: 9229, wait: false })).toEqual({ port: 9229, wait: false });
        expect(resolveDebug(false)).toBe(false);
    });

    it('of a run overrides that of the engine', () => {
        const settings = { debug: resolveDebug(true) };

        expect(chooseDebug({ debug: false }, settings)).toBeUndefined();
        expect(chooseDebug({ debug: { port: 1, wait: false } }, settings)).toEqual({ port: 1, wait: false });
        expect(chooseDebug({}, settings)).toEqual({ port: 0, wait: true });
        expect(chooseDebug({}, { debug: false })).toBeUndefined();
    });
});
