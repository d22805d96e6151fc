import { describe, expect, it } from 'vitest';
import { mergeTaskInput, toStartOptions } from '../../src/client/task-start.js';
import type { TaskInput } from '../../src/model/api/task.js';

const KEPT = { url: 'https://a.com', depth: 1, proxy: { groups: ['A'], country: 'CZ' } };

const MERGES: [what: string, kept: TaskInput | undefined, given: unknown, merged: unknown][] = [
    ['none, over what is kept', KEPT, undefined, KEPT],
    ['null, over what is kept', KEPT, null, KEPT],
    ['none, over none', undefined, undefined, undefined],
    ['an empty one', KEPT, {}, KEPT],
    ['a property', KEPT, { depth: 2 }, { ...KEPT, depth: 2 }],
    ['a new property', KEPT, { more: true }, { ...KEPT, more: true }],
    [
        'an object, which is replaced as a whole',
        KEPT,
        { proxy: { country: 'SK' } },
        { ...KEPT, proxy: { country: 'SK' } },
    ],
    ['null for a property', KEPT, { proxy: null }, { ...KEPT, proxy: null }],
    ['one, over none', undefined, { a: 1 }, { a: 1 }],
    ['one, over an array', [{ a: 1 }], { b: 2 }, { b: 2 }],
];

describe('the input of a caller, laid over that of a task', () => {
    it.each(MERGES)('%s', (_what, kept, given, merged) => {
        expect(mergeTaskInput(kept, given)).toEqual(merged);
    });

    it('takes prototype keys for data', () => {
        const kept = JSON.parse('{"__proto__":{"kept":1},"constructor":"c"}') as TaskInput;

        const merged = mergeTaskInput(kept, JSON.parse('{"a":1}'));
        const replaced = mergeTaskInput({ a: 1 }, JSON.parse('{"__proto__":{"given":1}}'));

        expect(JSON.stringify(merged)).toBe('{"__proto__":{"kept":1},"constructor":"c","a":1}');
        expect(JSON.stringify(replaced)).toBe('{"a":1,"__proto__":{"given":1}}');
        expect(Object.getPrototypeOf(replaced)).toBe(Object.prototype);
        expect(({} as { kept?: number }).kept).toBeUndefined();
    });

    it.each([
        ['text', '"string"'],
        [5, '"number"'],
        [[1], '"array"'],
        [Buffer.from('{}'), '"bytes"'],
    ])('must be an object: %s', (given, kind) => {
        expect(() => mergeTaskInput(KEPT, given)).toThrow(`Provided input must be object, got ${kind} instead.`);
    });
});

describe('the options that a task keeps', () => {
    it('have other names where a run is started', () => {
        const options = { build: 'beta', timeoutSecs: 0, memoryMbytes: 256, maxItems: 5, restartOnError: false };

        expect(toStartOptions(options)).toEqual({
            build: 'beta',
            timeout: 0,
            memory: 256,
            maxItems: 5,
            restartOnError: false,
        });
        expect(toStartOptions(undefined)).toEqual({});
    });
});
