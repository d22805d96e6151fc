import { describe, expect, it } from 'vitest';
import { nativeResponse, wholeAnswerOf, wholeResponse } from '../../../src/api/whole-response.js';

const ANSWER = { status: 201, contentType: 'application/json', headers: { location: '/x' }, body: '{"a":"ž"}' };

describe('an answer that is there as a whole', () => {
    it('is a response to who looks at it as one', async () => {
        const response = wholeResponse(ANSWER);

        expect(response).toBeInstanceOf(Response);
        expect(response).toMatchObject({ status: 201, ok: true, statusText: '', redirected: false, bodyUsed: false });
        expect(Object.fromEntries(response.headers)).toEqual({ 'content-type': 'application/json', location: '/x' });
        expect(await response.clone().json()).toEqual({ a: 'ž' });
        expect(await response.text()).toBe(ANSWER.body);
        expect(response.bodyUsed).toBe(true);
        await expect(response.text()).rejects.toThrow('Body');
    });

    it('can be read as a stream, and as bytes', async () => {
        const bytes = Buffer.from('bytes');

        const stream = wholeResponse({ ...ANSWER, body: bytes }).body as unknown as AsyncIterable<Uint8Array>;
        const chunks: Uint8Array[] = [];
        for await (const chunk of stream) chunks.push(chunk);
        const buffer = await wholeResponse({ ...ANSWER, body: bytes }).arrayBuffer();

        expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
        expect(Buffer.from(buffer).equals(bytes)).toBe(true);
    });

    it('can be made into another response', async () => {
        const response = wholeResponse(ANSWER);

        const other = new Response(response.body, response);

        expect(other.status).toBe(201);
        expect(other.headers.get('location')).toBe('/x');
        expect(await other.text()).toBe(ANSWER.body);
    });

    it('hands out its parts, and the one response that it stands for', () => {
        const response = wholeResponse(ANSWER);
        const other = new Response();

        expect(wholeAnswerOf(response)).toBe(ANSWER);
        expect(nativeResponse(response)).toBe(nativeResponse(response));
        expect(wholeAnswerOf(other)).toBeUndefined();
        expect(nativeResponse(other)).toBe(other);
    });
});
