import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPath, setScene } from '../support/api/api-fixture.js';
import { guessesOf, type Guess } from '../support/arbitraries/api-arbitraries.js';
import { holds } from '../support/arbitraries/property.js';
import { settle } from '../support/settle.js';
import type { ManualClock } from '../../src/testing/manual-clock.js';
import type { Engine } from 'greenroom';

/** An operation that succeeds while the engine works. */
const HARMLESS: Guess = { operation: 'GET /datasets', params: {}, query: '', headers: [], body: undefined };

describe('any request to the API', () => {
    it('is answered without an internal error', async () => {
        const property = fc.asyncProperty(guessesOf(6), async (guesses) => {
            const { engine, clock, params } = await setScene(guesses[0]!.operation);
            try {
                for (const guess of guesses) {
                    const { status, text } = await ask(engine, clock, requestOf(params, guess));
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
        await holds(property, 12);
    });
});

function requestOf(params: Record<string, string>, guess: Guess): Request {
    const [method = '', path = ''] = guess.operation.split(' ');
    const url = `http://engine.invalid/v2${fillPath(path, { ...params, ...guess.params })}?${guess.query}`;
    const isBodiless = method === 'GET' || method === 'HEAD' || guess.body === undefined;
    return new Request(url, {
        method,
        headers: [...guess.headers, ['authorization', 'Bearer token']],
        ...(!isBodiless && { body: new Uint8Array(guess.body!) }),
    });
}

async function ask(engine: Engine, clock: ManualClock, request: Request): Promise<{ status: number; text: string }> {
    const answered = engine
        .fetch(request)
        .then(async (answer) => ({ status: answer.status, text: await answer.text() }));
    return settle(clock, answered);
}
