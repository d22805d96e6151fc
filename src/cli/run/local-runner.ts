import { Api } from '../engine/api.js';
import { connectToEngine } from '../engine/connect.js';
import { purgeAll } from '../engine/purge.js';
import { registerOnce } from '../engine/registered-folders.js';
import { findRun } from '../engine/resolve.js';
import { linesOf } from '../output/log-line.js';
import { importStorage } from './import-storage.js';
import type { Engine } from '../../engine/engine.js';
import type { Actor } from '../../model/actor.js';
import type { Client } from '../../model/client.js';
import type { Run } from '../../model/run.js';
import type { Runner, RunProgress, RunResults, RunStartOptions } from './runner.js';

/** Runs Actors in this process. It avoids the API: what Node loads for the first request takes longer than many a run. */
export class LocalRunner implements Runner {
    readonly place: string;
    readonly #engine: Engine;
    readonly #client: Client;

    /** @param place - The storage directory. */
    constructor(engine: Engine, place: string) {
        this.#engine = engine;
        this.#client = engine.client;
        this.place = place;
    }

    purge(): Promise<void> {
        return purgeAll(this.#api);
    }

    register(path: string): Promise<Actor> {
        return registerOnce(this.#engine, this.place, path);
    }

    importStorage(folder: string): Promise<string | undefined> {
        return importStorage(this.#engine, folder);
    }

    findActor(idOrName: string): Promise<Actor | undefined> {
        return this.#client.actor(idOrName).get();
    }

    async listActorNames(): Promise<string[]> {
        const { items } = await this.#client.actors().list();
        return items.map(({ name }) => name);
    }

    async readInputSchema(buildId: string): Promise<string | undefined> {
        return (await this.#client.build(buildId).get())?.inputSchema;
    }

    start({ id }: Actor, input: string | undefined, options: RunStartOptions): Promise<Run> {
        const contentType = input === undefined ? {} : { contentType: 'application/json' };
        return this.#client.actor(id).start(input, { ...options, ...contentType });
    }

    async resurrect(reference: string, options: RunStartOptions): Promise<Run> {
        const { id } = await findRun(this.#api, reference);
        return this.#client.run(id).resurrect(options);
    }

    async *readLog(runId: string): AsyncGenerator<string> {
        const stream = await this.#client.log(runId).stream({ raw: true });
        if (stream !== undefined) yield* linesOf(stream as AsyncIterable<Uint8Array>);
    }

    async readProgress(runId: string): Promise<RunProgress> {
        const run = (await this.#client.run(runId).get())!;
        const queue = await this.#client.requestQueue(run.defaultRequestQueueId).get();
        const requests = { handled: queue?.handledRequestCount ?? 0, total: queue?.totalRequestCount ?? 0 };
        return { run, requests };
    }

    waitForFinish(runId: string): Promise<Run> {
        return this.#client.run(runId).waitForFinish();
    }

    async abort(runId: string, options: { gracefully: boolean }): Promise<void> {
        await this.#client.run(runId).abort(options);
    }

    async readResults(run: Run, limit: number): Promise<RunResults> {
        const dataset = this.#client.dataset(run.defaultDatasetId);
        const { items, total } = await dataset.listItems({ limit: Math.max(limit, 1) });
        const record = await this.#client.keyValueStore(run.defaultKeyValueStoreId).getRecord('OUTPUT');
        const output = record && { value: record.value as unknown, contentType: record.contentType ?? '' };
        return { items: items.slice(0, limit), itemCount: total, ...(output && { output }) };
    }

    close(): Promise<void> {
        return this.#engine.close({ force: true });
    }

    get #api(): Api {
        return new Api(connectToEngine(this.#engine, this.place));
    }
}
