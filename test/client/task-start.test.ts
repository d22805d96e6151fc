import { describe, expect, it } from 'vitest';
import { mergeTaskInput, toStartOptions } from '../../src/client/task-start.js';
import type { TaskInput } from '../../src/model/api/task.js';

const TASK_INPUT = { url: 'https://a.com', depth: 1, proxy: { groups: ['A'], country: 'CZ' } };

const MERGES: [description: string, taskInput: TaskInput | undefined, input: unknown, merged: unknown][] = [
    ['no input, with a task input', TASK_INPUT, undefined, TASK_INPUT],
    ['null, with a task input', TASK_INPUT, null, TASK_INPUT],
    ['no input, without a task input', undefined, undefined, undefined],
    ['an empty input', TASK_INPUT, {}, TASK_INPUT],
    ['a property', TASK_INPUT, { depth: 2 }, { ...TASK_INPUT, depth: 2 }],
    ['a new property', TASK_INPUT, { more: true }, { ...TASK_INPUT, more: true }],
    [
        'an object property, which is replaced as a whole',
        TASK_INPUT,
        { proxy: { country: 'SK' } },
        { ...TASK_INPUT, proxy: { country: 'SK' } },
    ],
    ['null as a property', TASK_INPUT, { proxy: null }, { ...TASK_INPUT, proxy: null }],
    ['an input, without a task input', undefined, { a: 1 }, { a: 1 }],
    ['an input, with an array as task input', [{ a: 1 }], { b: 2 }, { b: 2 }],
];

describe('mergeTaskInput', () => {
    it.each(MERGES)('merges %s', (_description, taskInput, input, merged) => {
        expect(mergeTaskInput(taskInput, input)).toEqual(merged);
    });

    it('treats prototype keys as data', () => {
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
    ])('rejects %s', (input, kind) => {
        expect(() => mergeTaskInput(TASK_INPUT, input)).toThrow(`Provided input must be object, got ${kind} instead.`);
    });
});

describe('toStartOptions', () => {
    it('renames the options of a task', () => {
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
