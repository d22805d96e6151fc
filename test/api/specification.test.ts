import { describe, expect, it } from 'vitest';
import { handleTrustedRequest } from '../../src/api/api.js';
import { ERROR_CATALOGUE } from '../../src/errors/catalogue.js';
import { EXCEPTIONS, OPERATIONS, OWN_ERROR_TYPES, type Operation } from '../support/api/api-operations.js';
import { fillPath, findRequestContent, createApiFixture, type RequestContent } from '../support/api/api-fixture.js';
import { ApiSpecification, MISSING_SPECIFICATION, type DescribedResponse } from '../support/api/api-specification.js';
import { makeEngine } from '../support/make-engine.js';
import type { Client } from '../../src/model/client/client.js';

/*
 * Holds the engine's API against the description that the platform publishes of its own. Without the file there is nothing
 * to hold it against, and all of this is skipped.
 */

const NOTICE = MISSING_SPECIFICATION === undefined ? '' : ` (skipped: ${MISSING_SPECIFICATION})`;
const specification = MISSING_SPECIFICATION === undefined ? new ApiSpecification() : undefined;
const named = OPERATIONS.map((operation) => ({ ...operation, name: nameOf(operation) }));
/** Paths of lists that have a `limit`. */
const LISTS = /\/(actors|runs|actor-runs|datasets|key-value-stores|request-queues|items|keys|head|requests|store)$/;

describe.skipIf(specification === undefined)(`the table of operations${NOTICE}`, () => {
    it('has each operation of the description once, and no other', () => {
        expect(named.map(({ name }) => name).toSorted()).toEqual(specification!.operations().toSorted());
    });
});

describe.skipIf(specification === undefined)(`an answer of the API${NOTICE}`, () => {
    it.each(named)('is as described: $name', async ({ name, method, path }) => {
        const fixture = await createApiFixture(name);

        const answer = await ask(fixture.client, method, fillPath(path, fixture.params), fixture.content);

        expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
        expect(specification!.validate(name, answer).filter((fault) => !isExcepted(name, fault))).toEqual([]);
    });
});

describe.skipIf(specification === undefined)(`a refusal of the API${NOTICE}`, () => {
    const ofSomething = named.filter(({ path }) => path.includes('{'));
    const withNumbers = named.filter(({ method, path }) => method === 'GET' && LISTS.test(path));

    it.each(ofSomething)('is as described for a missing resource: $name', async ({ name, method, path }) => {
        const { client } = await makeEngine();

        const answer = await ask(client, method, fillPath(path, {}), findRequestContent(name));

        expect(answer.status).toBe(404);
        if (method !== 'HEAD') expect(answer.body).toMatchObject({ error: { type: 'record-not-found' } });
        expect(specification!.validate(name, answer)).toEqual([]);
    });

    it.each(withNumbers)('is as described for an invalid number: $name', async ({ name, method, path }) => {
        const { client, params } = await createApiFixture(name);

        const answer = await ask(client, method, fillPath(path, params), { query: { limit: 'many' } });

        expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid-value' } } });
        expect(specification!.validate(name, answer)).toEqual([]);
    });

    it.each(named.filter(({ path }) => path !== '/browser-info'))(
        'is as described where the method is another one: $name',
        async ({ name, path }) => {
            const { client } = await makeEngine();

            const answer = await ask(client, 'PATCH', fillPath(path, {}), {});

            expect(answer).toMatchObject({ status: 405, body: { error: { type: 'method-not-allowed' } } });
            expect(specification!.validate(name, answer).filter((fault) => !isExcepted(name, fault))).toEqual([]);
        },
    );

    it('has a type of the description, or one of a few others', () => {
        const own = Object.keys(ERROR_CATALOGUE).filter((code) => !specification!.errorTypes().includes(code));

        expect(own.toSorted()).toEqual(Object.keys(OWN_ERROR_TYPES).toSorted());
    });
});

describe('A partly supported operation', () => {
    it('is listed with its restrictions', () => {
        const untold = OPERATIONS.filter(({ standing }) => Object.values(standing).some((text) => text === ''));

        expect(untold).toEqual([]);
    });
});

async function ask(client: Client, method: string, path: string, content: RequestContent): Promise<DescribedResponse> {
    const query = new URLSearchParams(content.query).toString();
    const url = `http://engine.invalid/v2${path}${query === '' ? '' : `?${query}`}`;
    const body = content.body === undefined ? undefined : JSON.stringify(content.body);
    const headers = { ...(body !== undefined && { 'content-type': 'application/json' }), ...content.headers };
    const response = await handleTrustedRequest(new Request(url, { method, headers, body }), client);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
    return {
        status: response.status,
        headers: response.headers,
        body: isJson ? JSON.parse(text) : text,
        isEmpty: text === '',
    };
}

function isExcepted(name: string, fault: string): boolean {
    return EXCEPTIONS.some(({ operation, says }) => operation === name && fault.startsWith(says));
}

function nameOf({ method, path }: Operation): string {
    return `${method} ${path}`;
}
