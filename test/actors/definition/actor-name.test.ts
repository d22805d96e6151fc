import { describe, expect, it } from 'vitest';
import { toActorName, readActorName } from '../../../src/actors/definition/actor-name.js';

describe('a given Actor name', () => {
    it('may be only a name', () => {
        expect(readActorName('`name`', 'my-actor')).toEqual({ name: 'my-actor' });
    });

    it.each(['a', 'ab', '7'])('may be as short as in the engine: %s', (name) => {
        expect(readActorName('`name`', name)).toEqual({ name });
    });

    it.each(['owner.x/my-actor', 'owner.x~my-actor'])('has an owner: %s', (text) => {
        expect(readActorName('`name`', text)).toEqual({ username: 'owner.x', name: 'my-actor' });
    });

    it.each([
        '-',
        '-a',
        '-abc',
        'abc-',
        'a_b_c',
        'a b c',
        'x'.repeat(64),
        'a/b/c',
        '',
        'owner/',
        'me/my-actor',
        'Me1/my-actor',
        7,
        null,
    ])('is refused: %s', (text) => {
        expect(() => readActorName('`name`', text)).toThrow(
            expect.objectContaining({ code: 'invalid-value', message: expect.stringMatching(/^`name` is .*\.$/) }),
        );
    });
});

describe('the name of a file or folder', () => {
    it.each([
        ['my-actor', 'my-actor'],
        ['My Actor_2', 'My-Actor-2'],
        ['--x--', 'x'],
        ['日本', 'actor'],
        ['a'.repeat(80), 'a'.repeat(63)],
    ])('%s becomes the Actor name %s', (fileName, name) => {
        expect(toActorName(fileName)).toBe(name);
        expect(readActorName('`name`', name)).toEqual({ name });
    });
});
