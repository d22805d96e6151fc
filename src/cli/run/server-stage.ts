import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { actorNameFrom } from '../../registry/definition/actor-name.js';
import { logLines } from '../logs/log-lines.js';
import { readJson } from '../read-json.js';
import { reviveDate } from '../../util/json.js';
import { isTerminal } from '../../model/status.js';
import type { Api } from '../api/api.js';
import type { Actor, Build } from '../../model/actor.js';
import type { Run } from '../../model/run.js';
import type { RequestQueueInfo } from '../../model/storage.js';
import type { RunProgress, RunResults, Stage, StageOptions } from './stage.js';

const WAIT_SECS = 60;

/** Runs in the process of a server, by its API. */
export class ServerStage implements Stage {
    readonly api: Api;

    constructor(api: Api) {
        this.api = api;
    }

    get place(): string {
        return this.api.door.place;
    }

    /** A server reads the folders that it was started with; what is looked for is the Actor of that name. */
    async register(path: string): Promise<Actor> {
        const name = nameOfFolder(path);
        const actor = await this.actor(name);
        if (actor !== undefined) return actor;
        const names = await this.actorNames();
        const has = names.length === 0 ? 'no Actors' : `these: ${names.join(', ')}`;
        throw new EngineError(
            'actor-not-found',
            `The server at ${this.place}, which owns the storage directory, has no Actor \`${name}\` of ${path}; it has ${has}. ` +
                'Start it with that folder (`greenroom dev FOLDER`), or give this run a directory of its own: --storage DIR.',
        );
    }

    /** Only who owns the directory can. */
    async importStorage(): Promise<undefined> {
        return undefined;
    }

    actor(idOrName: string): Promise<Actor | undefined> {
        return this.api.find<Actor>(`acts/${encodeURIComponent(idOrName.replace('/', '~'))}`);
    }

    async actorNames(): Promise<string[]> {
        const names: string[] = [];
        for await (const { name } of this.api.list<Actor>('acts', { query: { my: true } })) names.push(name);
        return names;
    }

    async inputSchema(actor: Actor, build = actor.defaultRunOptions.build): Promise<unknown> {
        const tagged = Object.hasOwn(actor.taggedBuilds, build) ? actor.taggedBuilds[build] : undefined;
        const record = tagged && (await this.api.find<Build>(`actor-builds/${tagged.buildId}`));
        return record?.inputSchema === undefined ? undefined : JSON.parse(record.inputSchema);
    }

    async start({ id }: Actor, input: string | undefined, options: StageOptions): Promise<Run> {
        const { env, isolation, debug, ...query } = options;
        const more = { ...(env && { env }), ...(isolation && { isolation }), ...(debug && { debug }) };
        const hasMore = Object.keys(more).length > 0;
        // The API's own form for options that no query can have.
        const body = hasMore ? `{"input":${input ?? '{}'},"options":${JSON.stringify(more)}}` : input;
        return revived(await this.api.post<Run>(`acts/${id}/runs`, { query: { ...query }, body }));
    }

    lines(runId: string): AsyncIterable<string> {
        return logLines(this.api, runId, { isLive: true });
    }

    async progress(runId: string): Promise<RunProgress> {
        const run = revived(await this.api.get<Run>(`actor-runs/${runId}`));
        const queue = await this.api.find<RequestQueueInfo>(`request-queues/${run.defaultRequestQueueId}`);
        const requests = { handled: queue?.handledRequestCount ?? 0, total: queue?.totalRequestCount ?? 0 };
        return { run, requests };
    }

    async finished(runId: string): Promise<Run> {
        for (;;) {
            const query = { waitForFinish: WAIT_SECS };
            const run = await this.api.get<Run>(`actor-runs/${runId}`, { query });
            if (isTerminal(run.status)) return revived(run);
        }
    }

    async abort(runId: string, { gracefully }: { gracefully: boolean }): Promise<void> {
        await this.api.post(`actor-runs/${runId}/abort`, { query: { gracefully } });
    }

    async results(run: Run, limit: number): Promise<RunResults> {
        const response = await this.api.request('GET', `datasets/${run.defaultDatasetId}/items`, {
            query: { limit: Math.max(limit, 1) },
        });
        const items = (await response.json()) as Record<string, unknown>[];
        const output = await this.#output(run);
        const total = Number(response.headers.get('x-apify-pagination-total') ?? items.length);
        return { items: items.slice(0, limit), itemCount: total, ...(output && { output }) };
    }

    close(): Promise<void> {
        return this.api.door.close();
    }

    async #output({ defaultKeyValueStoreId }: Run): Promise<RunResults['output']> {
        const path = `key-value-stores/${defaultKeyValueStoreId}/records/OUTPUT`;
        const keys = await this.api.get<{ items: { key: string }[] }>(
            `key-value-stores/${defaultKeyValueStoreId}/keys`,
            {
                query: { prefix: 'OUTPUT' },
            },
        );
        if (!keys.items.some(({ key }) => key === 'OUTPUT')) return undefined;
        const response = await this.api.request('GET', path);
        const contentType = response.headers.get('content-type') ?? '';
        if (/json/.test(contentType)) return { value: await response.json(), contentType };
        if (contentType.startsWith('text/')) return { value: await response.text(), contentType };
        return { value: Buffer.from(await response.arrayBuffer()), contentType };
    }
}

function nameOfFolder(path: string): string {
    const fallback = actorNameFrom(basename(path, extname(path)));
    for (const file of [join(path, '.actor', 'actor.json'), join(path, 'actor.json')]) {
        if (!existsSync(file)) continue;
        const { name } = Object(readJson(readFileSync(file, 'utf8'), file)) as { name?: unknown };
        return typeof name === 'string' ? name : fallback;
    }
    return fallback;
}

function revived(run: Run): Run {
    return JSON.parse(JSON.stringify(run), reviveDate) as Run;
}
