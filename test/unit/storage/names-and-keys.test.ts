import { describe, expect, it } from 'vitest';
import { parseReference } from '../../../src/storage/names.js';
import { requestId } from '../../../src/storage/request-id.js';
import { FieldSampler } from '../../../src/storage/field-sampler.js';

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

describe('the fields of a dataset', () => {
    it('are the union of what the first items have, and of some of the later ones', () => {
        const sampler = new FieldSampler(['known']);
        for (let n = 1; n <= 1024; n++) sampler.offer(`{"${n <= 100 ? 'early' : `late${n}`}":1}`);

        expect(sampler.names()).toEqual(['known', 'early', 'late128', 'late256', 'late512', 'late1024']);
        sampler.offer('{}');
        expect(sampler.names()).toHaveLength(6);
    });

    it('are found without holding much text', () => {
        const sampler = new FieldSampler();
        sampler.offer(JSON.stringify({ first: 'x'.repeat(1_000_000) }));
        sampler.offer(JSON.stringify({ second: 'x'.repeat(1_000_000) }));

        expect(sampler.names()).toEqual(['first']);
    });
});
