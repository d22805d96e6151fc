import { describe, expect, it } from 'vitest';
import { makeClient } from './fake-services.js';

const JSON_TYPE = 'application/json; charset=utf-8';

async function startWith(body: unknown, options: object = {}, properties?: string[]) {
    const { services, client } = await makeClient();
    services.addActor('scraper', properties);
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    await client.actor('scraper').start(bytes, { contentType: JSON_TYPE, ...options });
    const { input, options: used } = services.starts[0]!;
    return { input: input?.bytes.toString(), contentType: input?.contentType, options: used };
}

describe('the body of a start', () => {
    it('can have the input and options under the names of the record', async () => {
        const body = { input: { url: 'x' }, options: { build: 'latest', memoryMbytes: 1024, timeoutSecs: 3600 } };

        const start = await startWith(body);

        expect(start).toEqual({
            input: '{"url":"x"}',
            contentType: JSON_TYPE,
            options: { build: 'latest', memory: 1024, timeout: 3600, contentType: JSON_TYPE },
        });
    });

    it.each([
        ['{"input":{"n":12345678901234567890, "f": 1.50},"memory":512}', '{"n":12345678901234567890, "f": 1.50}'],
        ['{ "memory" : 512, "input" : "a \\"input\\": {" }', '"a \\"input\\": {"'],
        ['{"input":1,"memory":512,"input":[2.0]}', '[2.0]'],
    ])('preserves the input text of %s', async (body, input) => {
        expect(await startWith(body)).toMatchObject({ input, options: { memory: 512 } });
    });

    it('can have a null input', async () => {
        expect(await startWith({ input: null, memory: 512 })).toEqual({
            input: undefined,
            contentType: undefined,
            options: { memory: 512 },
        });
    });

    it('can have options beside the input under the names of the client', async () => {
        const start = await startWith({ input: ['x'], build: 'beta', memory: 512, timeout: 60 });

        expect(start).toMatchObject({ input: '["x"]', options: { build: 'beta', memory: 512, timeout: 60 } });
    });

    it('yields to options of the query', async () => {
        const body = { input: 1, options: { memoryMbytes: 1024, timeoutSecs: 60 } };

        const start = await startWith(body, { memory: 256, timeout: undefined });

        expect(start.options).toMatchObject({ memory: 256, timeout: 60 });
    });

    it.each([
        ['it has nothing but an `input`', { input: { a: 1 } }],
        ['it has a key that is no option', { input: 1, url: 'x' }],
        ['it has a key beside the two', { input: 1, options: { build: 'latest' }, url: 'x' }],
        ['its options are of something else', { input: 1, options: { colour: 'red' } }],
        ['its options are no object', { input: 1, options: ['build'] }],
        ['it has no `input`', { options: { build: 'latest' } }],
        ['it would change its own type', { input: 1, contentType: 'text/plain' }],
        ['it has keys of prototypes', '{"input":1,"__proto__":{"build":"latest"}}'],
        ['it is no object', '["input"]'],
    ])('is the input if %s', async (_why, body) => {
        const start = await startWith(body);

        expect(start.input).toBe(typeof body === 'string' ? body : JSON.stringify(body));
        expect(start.options).toEqual({ contentType: JSON_TYPE });
    });

    it('is the input if the Actor has an input property `input`', async () => {
        const body = { input: 1, options: { build: 'latest' } };

        expect((await startWith(body, {}, ['input'])).input).toBe(JSON.stringify(body));
    });

    it('is the input if it is not valid JSON', async () => {
        const body = '{"input": 1, "build": "latest"}';

        expect((await startWith(body, { contentType: 'text/plain' })).input).toBe(body);
    });
});
