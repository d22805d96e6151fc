import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPath, createApiFixture } from '../support/api/api-fixture.js';
import { generatedRequests, type GeneratedRequest } from '../support/arbitraries/api-arbitraries.js';
import { checkProperty } from '../support/arbitraries/property.js';
import { settle } from '../support/settle.js';
import type { ManualClock } from '../../src/testing/manual-clock.js';
import type { Engine } from 'greenroom';

/** An operation that succeeds while the engine works. */
const HARMLESS: GeneratedRequest = { operation: 'GET /datasets', params: {}, query: '', headers: [], body: undefined };

describe('any request to the API', () => {
    it('is answered without an internal error', async () => {
        const property = fc.asyncProperty(generatedRequests(6), async (requests) => {
            const { engine, clock, params } = await createApiFixture(requests[0]!.operation);
            try {
                for (const request of requests) {
                    const { status, text } = await ask(engine, clock, requestOf(params, request));
                    expect(status, text).toBeLessThan(500);
                    if (status >= 400 && text !== '')
                        expect(JSON.parse(text)).toMatchObject({
                            error: { type: expect.any(String), message: expect.any(String) },
                        });
                }
                expect((await ask(engine, clock, requestOf({}, HARMLESS))).status).toBe(200);
            } finally {
                await engine.close({ force: true });
            }
        });
        await checkProperty(property, 12);
    });
});

function requestOf(params: Record<string, string>, request: GeneratedRequest): Request {
    const [method = '', path = ''] = request.operation.split(' ');
    const url = `http://engine.invalid/v2${fillPath(path, { ...params, ...request.params })}?${request.query}`;
    const isBodiless = method === 'GET' || method === 'HEAD' || request.body === undefined;
    return new Request(url, {
        method,
        headers: [...request.headers, ['authorization', 'Bearer token']],
        ...(!isBodiless && { body: new Uint8Array(request.body!) }),
    });
}

async function ask(engine: Engine, clock: ManualClock, request: Request): Promise<{ status: number; text: string }> {
    const answered = engine
        .fetch(request)
        .then(async (answer) => ({ status: answer.status, text: await answer.text() }));
    return settle(clock, answered);
}
