import { Api } from '../api/api.js';
import { engineDoor } from '../api/with-api.js';
import { importStorage } from './import-storage.js';
import { linesOf } from '../lines-of.js';
import { registerOnce } from '../known-actors.js';
import type { Engine } from '../../engine/engine.js';
import type { Actor } from '../../model/actor.js';
import type { Client } from '../../model/client.js';
import type { Run } from '../../model/run.js';
import type { RunProgress, RunResults, Stage, StageOptions } from './stage.js';

/** Runs in this process. Not by requests: what Node loads for the first one takes longer than many a run. */
export class EngineStage implements Stage {
    readonly place: string;
    readonly #engine: Engine;

    /** @param place - The storage directory. */
    constructor(engine: Engine, place: string) {
        this.#engine = engine;
        this.place = place;
    }

    get api(): Api {
        return new Api(engineDoor(this.#engine, this.place));
    }

    register(path: string): Promise<Actor> {
        return registerOnce(this.#engine, this.place, path);
    }

    get #client(): Client {
        return this.#engine.client;
    }

    importStorage(folder: string): Promise<string | undefined> {
        return importStorage(this.#engine, folder);
    }

    actor(idOrName: string): Promise<Actor | undefined> {
        return this.#client.actor(idOrName).get();
    }

    async actorNames(): Promise<string[]> {
        const { items } = await this.#client.actors().list();
        return items.map(({ name }) => name);
    }

    async inputSchema(actor: Actor, build = actor.defaultRunOptions.build): Promise<unknown> {
        const tagged = Object.hasOwn(actor.taggedBuilds, build) ? actor.taggedBuilds[build] : undefined;
        const record = tagged && (await this.#client.build(tagged.buildId).get());
        return record?.inputSchema === undefined ? undefined : JSON.parse(record.inputSchema);
    }

    start({ id }: Actor, input: string | undefined, options: StageOptions): Promise<Run> {
        const contentType = input === undefined ? {} : { contentType: 'application/json' };
        return this.#client.actor(id).start(input, { ...options, ...contentType });
    }

    async *lines(runId: string): AsyncGenerator<string> {
        const stream = await this.#client.log(runId).stream({ raw: true });
        if (stream !== undefined) yield* linesOf(stream as AsyncIterable<Uint8Array>);
    }

    async progress(runId: string): Promise<RunProgress> {
        const run = (await this.#client.run(runId).get())!;
        const queue = await this.#client.requestQueue(run.defaultRequestQueueId).get();
        const requests = { handled: queue?.handledRequestCount ?? 0, total: queue?.totalRequestCount ?? 0 };
        return { run, requests };
    }

    async finished(runId: string): Promise<Run> {
        return this.#client.run(runId).waitForFinish();
    }

    async abort(runId: string, options: { gracefully: boolean }): Promise<void> {
        await this.#client.run(runId).abort(options);
    }

    async results(run: Run, limit: number): Promise<RunResults> {
        const dataset = this.#client.dataset(run.defaultDatasetId);
        const { items, total } = await dataset.listItems({ limit: Math.max(limit, 1) });
        const record = await this.#client.keyValueStore(run.defaultKeyValueStoreId).getRecord('OUTPUT');
        const output = record && { value: record.value as unknown, contentType: record.contentType ?? '' };
        return { items: items.slice(0, limit), itemCount: total, ...(output && { output }) };
    }

    close(): Promise<void> {
        return this.#engine.close({ force: true });
    }
}
