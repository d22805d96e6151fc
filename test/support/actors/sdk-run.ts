import { createEngine, type Engine, type EngineOptions, type RunHandle, type StartOptions } from 'greenroom';
import { afterAll, beforeAll } from 'vitest';
import { stripTimestamps } from '../make-engine.js';
import { addSdkActor, type SdkActorOptions } from './sdk-actor.js';

/** Created from its code point, so that this file does not contain it: the first character of a colour code. */
const ESCAPE = String.fromCodePoint(27);
const COLOUR = new RegExp(`${ESCAPE}\\[\\d+m`, 'g');

/** Options for running an Actor under test. */
export type SdkRunOptions = StartOptions & SdkActorOptions & { input?: unknown };

/** An engine for all tests of a file, which are isolated by their own Actors. */
export class SharedEngine {
    #engine: Engine | undefined;

    /**
     * Must be called at the top of a file. Also registers Actors for others to call: `echo`, `failing` and `forever`.
     */
    constructor(options?: EngineOptions) {
        beforeAll(async () => {
            this.#engine = await createEngine(options);
            for (const [name, source] of Object.entries(CALLED)) await this.#engine.addActor({ name, source });
        });
        afterAll(() => this.#engine?.close({ force: true }));
    }

    get engine(): Engine {
        return this.#engine!;
    }

    /** Runs an Actor with its own packages to its end. */
    async run(source: string | Record<string, string>, options: SdkRunOptions = {}): Promise<RunHandle> {
        const { input, packages, type, ...startOptions } = options;
        const actor = await addSdkActor(this.engine, source, { packages, type });
        return this.engine.call(actor, input, startOptions);
    }

    /** Starts one, and returns once it has printed `ready`. */
    async startReady(source: string, options: StartOptions = {}): Promise<RunHandle> {
        const run = await this.engine.start(await addSdkActor(this.engine, source), {}, options);
        for await (const line of run.log) if (line.endsWith(' ready')) break;
        return run;
    }
}

const CALLED = {
    echo: `export default ({ input, log }) => { log.info('echo heard ' + JSON.stringify(input)); return { input }; }`,
    failing: `import { Actor } from 'apify'; await Actor.fail('no luck');`,
    forever: `console.log('I go on for ever'); setInterval(() => {}, 1000);`,
};

/** Returns the source of an Actor that runs code between `init` and `exit`. */
export function inside(body: string): string {
    return `import { Actor, ApifyClient, Dataset, KeyValueStore, RequestQueue, log } from 'apify';
        await Actor.init();
        ${body}
        await Actor.exit();`;
}

/** Returns the lines of a log without timestamps and colours. */
export async function linesOf(run: RunHandle): Promise<string[]> {
    const lines = stripTimestamps(await run.log.text());
    return lines.map((line) => line.replaceAll(COLOUR, ''));
}

/** Returns what can be observed of a run from outside. */
export async function outcomeOf(run: RunHandle): Promise<object> {
    const { status, exitCode, statusMessage, isStatusMessageTerminal = false } = await run.info();
    const { items: keys } = await run.keyValueStore.listKeys();
    const entries = keys.map(async ({ key }) => [key, (await run.keyValueStore.getRecord(key))?.value] as const);
    const records = Object.fromEntries(await Promise.all(entries));
    return { status, exitCode, statusMessage, isStatusMessageTerminal, items: await run.items(), records };
}
