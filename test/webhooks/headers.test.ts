import { describe, expect, it } from 'vitest';
import { checkHeaders, createHeaders } from '../../src/webhooks/template.js';

describe('the headers of a request', () => {
    it('are those of the template, with names in any case', () => {
        expect(createHeaders({ Authorization: 'Bearer x', 'X-Count': 5, 'X-None': null }, 'id')).toEqual({
            authorization: 'Bearer x',
            'x-count': '5',
            'user-agent': 'greenroom',
            'content-type': 'application/json',
            'x-apify-webhook': 'true',
            'x-apify-webhook-dispatch-id': 'id',
            'x-apify-request-origin': 'WEBHOOK',
        });
    });

    it('cannot be set if the platform overwrites them or HTTP transport uses them', () => {
        const own = createHeaders(undefined, 'id');
        const names = ['HOST', 'content-TYPE', 'X-Apify-Webhook', 'X-Apify-Webhook-Dispatch-Id'];
        const more = ['X-Apify-Request-Origin', 'Content-Length', 'Transfer-Encoding', 'Connection'];

        expect(createHeaders(Object.fromEntries([...names, ...more].map((name) => [name, 'mine'])), 'id')).toEqual(own);
    });

    it('may set another user agent', () => {
        expect(createHeaders({ 'User-Agent': 'me' }, 'id')['user-agent']).toBe('me');
    });

    it.each([[[]], ['text'], [5], [null]])('must be an object: %o', (filled) => {
        expect(() => checkHeaders('headersTemplate', filled)).toThrow(/a JSON object of headers/);
        expect(() => createHeaders(filled, 'id')).toThrow(/a JSON object of headers/);
    });

    it.each([
        [{ a: 5 }, /\["a"\]` is 5, but must be a string/],
        [{ a: true }, /must be a string/],
        [{ a: { b: 1 } }, /must be a string/],
        [{ a: 'two\r\nlines' }, /characters that a header may contain/],
        [{ a: 'ž' }, /characters that a header may contain/],
        [{ 'not a name': 'x' }, /^A name in `headersTemplate` is .* a valid header name/],
        [{ '': 'x' }, /^A name in `headersTemplate` is .* a valid header name/],
    ])('must be strings: %o', (filled, message) => {
        expect(() => checkHeaders('headersTemplate', filled)).toThrow(message);
    });

    it('may be null if a variable has no value yet', () => {
        expect(() => checkHeaders('headersTemplate', { a: null, b: 'text' })).not.toThrow();
    });
});
