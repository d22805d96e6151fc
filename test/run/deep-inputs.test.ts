import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import type { Isolation } from '../../src/model/execution.js';

const LEVELS = 1000;
const NEST =
    'const nest = (levels) => { let value = 1; for (let at = 0; at < levels; at++) value = { a: value }; return value; };';
const COUNTS = `export default async ({ input }) => {
    let levels = 0;
    for (let value = input; typeof value === 'object'; value = value.a) levels++;
    return { levels };
};`;
/** Passes a deep input in every way that an Actor has. */
const STARTS = `${NEST}
export default async ({ Actor }) => {
    const client = Actor.newClient();
    const { id } = await client.tasks().create({ actId: 'counts', name: 'task-' + process.env.ACTOR_RUN_ID });
    const ways = [
        (input) => Actor.call('counts', input),
        (input) => Actor.start('counts', input),
        (input) => client.actor('counts').start(input),
        (input) => client.actor('counts').validateInput(input),
        (input) => client.task(id).start(input),
        (input) => client.task(id).update({ input }),
        (input) => Actor.metamorph('no-such-actor', input),
        async (userData) => (await Actor.openRequestQueue()).addRequest({ url: 'http://example.com', userData }),
    ];
    const outcomes = [];
    for (const way of ways) outcomes.push(await way(nest(2500)).then(() => 'accepted', (error) => error.message));
    return outcomes;
};`;
const TOO_DEEP = /is nested more than 1000 levels deep/;

function nest(levels: number): Record<string, unknown> {
    let value: unknown = 1;
    for (let at = 0; at < levels; at += 1) value = { a: value };
    return value as Record<string, unknown>;
}

async function createEngineWithActors() {
    const engine = await makeEngine();
    await engine.addActor({ name: 'counts', source: COUNTS });
    await engine.addActor({ name: 'starts', source: STARTS });
    return engine;
}

describe('a deep input', () => {
    it.each<Isolation>(['thread', 'process', 'inline'])('is passed up to 1000 levels: %s', async (isolation) => {
        const engine = await createEngineWithActors();

        const run = await engine.call('counts', nest(LEVELS), { isolation });

        expect(await run.output()).toEqual({ levels: LEVELS });
    });

    it.each([LEVELS + 1, 2500, 100_000])('is rejected by the caller above that: %s', async (levels) => {
        const engine = await createEngineWithActors();
        const json = '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
        const task = await engine.client.tasks().create({ actId: 'counts', name: 'task' });
        const send = (path: string) =>
            engine.fetch(
                new Request(`http://localhost/v2${path}?token=${engine.token}`, {
                    method: 'POST',
                    body: json,
                    headers: { 'content-type': 'application/json' },
                }),
            );

        await expect(engine.call('counts', nest(levels))).rejects.toThrow(TOO_DEEP);
        await expect(engine.start('counts', nest(levels))).rejects.toThrow(TOO_DEEP);
        await expect(engine.client.task(task.id).start(nest(levels))).rejects.toThrow(TOO_DEEP);
        for (const path of ['/acts/counts/runs', '/acts/counts/validate-input', `/actor-tasks/${task.id}/runs`]) {
            const response = await send(path);
            expect([path, response.status, await response.text()]).toEqual([
                path,
                400,
                expect.stringMatching(TOO_DEEP),
            ]);
        }
        expect((await engine.client.runs().list()).total).toBe(0);
    });

    it.each<Isolation>(['thread', 'process', 'inline'])(
        'is rejected where an Actor passes it: %s',
        async (isolation) => {
            const engine = await createEngineWithActors();

            const run = await engine.call('starts', undefined, { isolation });

            expect([run.status, run.statusMessage]).toEqual(['SUCCEEDED', expect.any(String)]);
            const outcomes = (await run.output()) as string[];
            expect(outcomes).toEqual(outcomes.map(() => expect.stringMatching(TOO_DEEP)));
        },
    );
});
