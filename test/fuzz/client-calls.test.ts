import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setScene } from '../support/api/api-fixture.js';
import { guessedCall, type GuessedCall } from '../support/arbitraries/client-arbitraries.js';
import { holds } from '../support/arbitraries/property.js';
import { settle } from '../support/settle.js';
import type { Client } from '../../src/model/client/client.js';

/** Fixtures in which each run ends. */
const SCENES = ['POST /actors/{actorId}/builds', 'GET /actors/{actorId}'];

describe('any call of the client', () => {
    it('succeeds, or throws an EngineError', async () => {
        const calls = fc.array(guessedCall, { minLength: 1, maxLength: 12 });
        const property = fc.asyncProperty(calls, fc.constantFrom(...SCENES), async (guessed, scene) => {
            const { engine, clock, client, params } = await setScene(scene);
            try {
                for (const call of guessed) {
                    const error = await settle(clock, perform(client, call, params)).then(
                        () => undefined,
                        (thrown: unknown) => thrown,
                    );
                    if (error === undefined) continue;
                    expect(error).toMatchObject({
                        name: 'EngineError',
                        code: expect.not.stringMatching('internal-error'),
                    });
                }
                expect((await client.datasets().list()).total).toBeGreaterThanOrEqual(0);
            } finally {
                await engine.close({ force: true });
            }
        });
        await holds(property, 12);
    });
});

async function perform(client: Client, call: GuessedCall, params: Record<string, string>): Promise<void> {
    let target: unknown = client;
    for (const { method, param, args } of call) {
        const given = param === undefined ? args : [params[param], ...args];
        target = (target as Record<string, (...args: unknown[]) => unknown>)[method]!(...given);
    }
    await target;
}
