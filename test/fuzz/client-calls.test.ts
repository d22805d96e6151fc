import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createApiFixture } from '../support/api/api-fixture.js';
import { generatedCall, type GeneratedCall } from '../support/arbitraries/client-arbitraries.js';
import { checkProperty } from '../support/arbitraries/property.js';
import { settle } from '../support/settle.js';
import type { Client } from '../../src/model/client/client.js';

/** Fixtures in which each run ends. */
const OPERATIONS = ['POST /actors/{actorId}/builds', 'GET /actors/{actorId}'];

describe('any call of the client', () => {
    it('succeeds, or throws an EngineError', async () => {
        const calls = fc.array(generatedCall, { minLength: 1, maxLength: 12 });
        const property = fc.asyncProperty(calls, fc.constantFrom(...OPERATIONS), async (generated, operation) => {
            const { engine, clock, client, params } = await createApiFixture(operation);
            try {
                for (const call of generated) {
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
        await checkProperty(property, 12);
    });
});

async function perform(client: Client, call: GeneratedCall, params: Record<string, string>): Promise<void> {
    let target: unknown = client;
    for (const { method, param, args } of call) {
        const parameters = param === undefined ? args : [params[param], ...args];
        target = (target as Record<string, (...args: unknown[]) => unknown>)[method]!(...parameters);
    }
    await target;
}
