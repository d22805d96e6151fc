import { describe, expect, it } from 'vitest';
import { parseReference } from '../../../src/storage/names.js';
import { requestId } from '../../../src/storage/request-id.js';

describe('a reference to a storage', () => {
    it.each([
        ['abc', { id: 'abc', name: 'abc' }],
        ['~abc', { name: 'abc' }],
        ['me~abc', { name: 'abc', username: 'me' }],
        ['me/abc', { name: 'abc', username: 'me' }],
        ['ME~a~b', { name: 'a~b', username: 'ME' }],
    ])('%s means %j', (reference, expected) => {
        expect(parseReference(reference)).toEqual(expected);
    });
});

describe('the id of a request', () => {
    // Made by Crawlee's own memory storage.
    it.each([
        ['key', 'LHDhK3oGRvkiefQ'],
        ['https://example.com/ä?x=1', 'J8CvQ61T66Ab1yq'],
    ])("of %s is the platform's", (uniqueKey, id) => {
        expect(requestId(uniqueKey)).toBe(id);
    });
});
