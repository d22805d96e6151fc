import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { isTerminal } from '../../model/status.js';
import { actorNameFrom } from '../../registry/definition/actor-name.js';
import { reviveDate } from '../../util/json.js';
import { apiPath, ifFound, referencePath, type Api } from '../engine/api.js';
import { purgeAll } from '../engine/purge.js';
import { readLog } from '../engine/read-log.js';
import { findRun } from '../engine/resolve.js';
import { parseJson } from '../input.js';
import type { Actor, Build } from '../../model/actor.js';
import type { Run } from '../../model/run.js';
import type { RequestQueueInfo } from '../../model/storage.js';
import type { Runner, RunProgress, RunResults, RunStartOptions } from './runner.js';

const WAIT_SECS = 60;

/** Runs Actors on a server. */
export class ServerRunner implements Runner {
    readonly #api: Api;

    constructor(api: Api) {
        this.#api = api;
    }

    get place(): string {
        return this.#api.connection.place;
    }

    purge(): Promise<void> {
        return purgeAll(this.#api);
    }

    /** A server reads the folders that it was started with; this finds the Actor with the name of a folder. */
    async register(path: string): Promise<Actor> {
        const name = nameOfFolder(path);
        const actor = await this.findActor(name);
        if (actor !== undefined) return actor;
        const names = await this.listActorNames();
        throw new EngineError(
            'actor-not-found',
            `The server at ${this.place}, which owns the storage directory, has no Actor \`${name}\` of ${path}; ` +
                `it has ${names.length === 0 ? 'no Actors' : names.join(', ')}. ` +
                'Start it with that folder (`greenroom dev FOLDER`), or use another directory for this run: --storage DIR.',
        );
    }

    /** Only the owner of the directory can import. */
    async importStorage(): Promise<undefined> {
        return undefined;
    }

    findActor(idOrName: string): Promise<Actor | undefined> {
        return this.#api.find<Actor>(referencePath('acts', idOrName));
    }

    async listActorNames(): Promise<string[]> {
        const names: string[] = [];
        for await (const { name } of this.#api.list<Actor>('acts', { my: true })) names.push(name);
        return names;
    }

    async readInputSchema(buildId: string): Promise<string | undefined> {
        return (await this.#api.find<Build>(apiPath('actor-builds', buildId)))?.inputSchema;
    }

    async start({ id }: Actor, input: string | undefined, options: RunStartOptions): Promise<Run> {
        const { env, isolation, debug, ...query } = options;
        // Options that a query cannot have travel in the body.
        const more = JSON.stringify({ env, isolation, debug });
        const body = more === '{}' ? input : `{"input":${input ?? '{}'},"options":${more}}`;
        return revive(await this.#api.post<Run>(apiPath('acts', id, 'runs'), { query, body }));
    }

    async resurrect(reference: string, options: RunStartOptions): Promise<Run> {
        const { id } = await findRun(this.#api, reference);
        const { env: _, isolation: _1, debug: _2, ...query } = options;
        return revive(await this.#api.post<Run>(apiPath('actor-runs', id, 'resurrect'), { query }));
    }

    readLog(runId: string): AsyncIterable<string> {
        return readLog(this.#api, runId, { follow: true });
    }

    async readProgress(runId: string): Promise<RunProgress> {
        const run = revive(await this.#api.get<Run>(apiPath('actor-runs', runId)));
        const queue = await this.#api.find<RequestQueueInfo>(apiPath('request-queues', run.defaultRequestQueueId));
        const requests = { handled: queue?.handledRequestCount ?? 0, total: queue?.totalRequestCount ?? 0 };
        return { run, requests };
    }

    async waitForFinish(runId: string): Promise<Run> {
        for (;;) {
            const run = await this.#api.get<Run>(apiPath('actor-runs', runId), { waitForFinish: WAIT_SECS });
            if (isTerminal(run.status)) return revive(run);
        }
    }

    async abort(runId: string, { gracefully }: { gracefully: boolean }): Promise<void> {
        await this.#api.post(apiPath('actor-runs', runId, 'abort'), { query: { gracefully } });
    }

    async readResults(run: Run, limit: number): Promise<RunResults> {
        const query = { limit: Math.max(limit, 1) };
        const response = await this.#api.request('GET', apiPath('datasets', run.defaultDatasetId, 'items'), { query });
        const items = (await response.json()) as Record<string, unknown>[];
        const output = await this.#readOutput(run);
        const total = Number(response.headers.get('x-apify-pagination-total') ?? items.length);
        return { items: items.slice(0, limit), itemCount: total, ...(output && { output }) };
    }

    close(): Promise<void> {
        return this.#api.connection.close();
    }

    async #readOutput({ defaultKeyValueStoreId: id }: Run): Promise<RunResults['output']> {
        const response = await ifFound(this.#api.request('GET', apiPath('key-value-stores', id, 'records', 'OUTPUT')));
        if (response === undefined) return undefined;
        const contentType = response.headers.get('content-type') ?? '';
        if (contentType.includes('json')) return { value: await response.json(), contentType };
        if (contentType.startsWith('text/')) return { value: await response.text(), contentType };
        return { value: Buffer.from(await response.arrayBuffer()), contentType };
    }
}

function nameOfFolder(path: string): string {
    const fallback = actorNameFrom(basename(path, extname(path)));
    const file = [join(path, '.actor', 'actor.json'), join(path, 'actor.json')].find((one) => existsSync(one));
    if (file === undefined) return fallback;
    const { name } = Object(parseJson(readFileSync(file, 'utf8'), file)) as { name?: unknown };
    return typeof name === 'string' ? name : fallback;
}

function revive(run: Run): Run {
    return JSON.parse(JSON.stringify(run), reviveDate) as Run;
}
