import { createEngine, type Client, type Engine, type Item } from 'greenroom';
import { afterAll, beforeAll } from 'vitest';

/** An Actor that returns its input and some of its environment variables. */
export const ECHO = `
    import { Actor } from 'apify';
    await Actor.init();
    const input = await Actor.getInput();
    console.log('Received', JSON.stringify(input));
    await Actor.pushData([{ page: 1 }, { page: 2 }]);
    await Actor.setValue('OUTPUT', { input, debug: process.env.DEBUG, level: process.env.LOG_LEVEL });
    await Actor.exit({ statusMessage: 'All pages done' });`;

/** An engine for the snippets of one test file, and helpers for their tests. */
export interface SeedEngine {
    readonly engine: Engine;
    readonly client: Client;
    /** The name of {@link ECHO}. */
    readonly echo: string;
    /** Adds an Actor and returns its name. */
    addActor(source: string): Promise<string>;
    outputOf(run: { id: string }, key?: string): Promise<unknown>;
    itemsOf(run: { id: string }): Promise<Item[]>;
}

/** Creates an engine for all tests of the current file. */
export function useSeedEngine(): SeedEngine {
    let engine: Engine;
    let count = 0;
    beforeAll(async () => {
        engine = await createEngine();
        await engine.addActor({ name: 'echo', source: ECHO });
    });
    afterAll(() => engine.close({ force: true }));
    return {
        get engine() {
            return engine;
        },
        get client() {
            return engine.client;
        },
        echo: 'echo',
        async addActor(source) {
            count += 1;
            const name = `seed-${count}`;
            await engine.addActor({ name, source });
            return name;
        },
        async outputOf({ id }, key = 'OUTPUT') {
            return (await engine.client.run(id).keyValueStore().getRecord(key))?.value;
        },
        async itemsOf({ id }) {
            return (await engine.client.run(id).dataset().listItems()).items;
        },
    };
}
