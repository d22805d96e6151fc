import { Readable } from 'node:stream';
import { createClient, type ClientOptions } from '../../src/client/client.js';
import { slicePage } from '../../src/client/paging.js';
import { EngineError } from '../../src/errors/engine-error.js';
import { isTerminal, type JobStatus } from '../../src/model/api/status.js';
import { MemoryBackend } from '../../src/storage/memory/memory-backend.js';
import { createMemoryDocuments } from '../../src/records/document-store.js';
import { Storages } from '../../src/storage/storages.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { WebhookService } from '../../src/webhooks/webhook-service.js';
import { makeActor } from '../support/actors/actor-record.js';
import type { ClientServices, UserServices } from '../../src/client/services.js';
import type { RunInput, RunFilter } from '../../src/model/api/run-document.js';
import type { ResourceCounts, UsageLimits } from '../../src/model/api/account.js';
import type { Actor } from '../../src/model/api/actor.js';
import type { Client } from '../../src/model/client/client.js';
import type { RunUpdate } from '../../src/model/client/run.js';
import type { RunChargeOptions } from '../../src/model/api/pricing.js';
import type { Run, RunOrigin, StartOptions } from '../../src/model/api/run.js';

/** A start that the fake run service received. */
export interface Start {
    actorId: string;
    input: RunInput | undefined;
    options: StartOptions;
    origin: RunOrigin;
}

/** Services with real storages, and with Actors and runs that the test defines. */
export interface FakeServices extends ClientServices {
    readonly clock: ManualClock;
    /** Received starts, oldest first. */
    readonly starts: Start[];
    /** Received waits, in milliseconds. */
    readonly waits: (number | undefined)[];
    readonly aborts: { id: string; gracefully: boolean }[];
    readonly charges: ({ id: string } & RunChargeOptions)[];
    addActor(name: string, inputProperties?: string[]): Actor;
    addRun(actor: Actor, fields?: Partial<Run>): Run;
    /** Logs, by id of the run. */
    readonly logTexts: Map<string, string>;
}

type FakeActors = Pick<
    ClientServices['actors'],
    | 'lookUp'
    | 'find'
    | 'require'
    | 'peek'
    | 'list'
    | 'create'
    | 'update'
    | 'remove'
    | 'validateInput'
    | 'inputProperties'
>;

type FakeRuns = Pick<
    ClientServices['runs'],
    | 'find'
    | 'peek'
    | 'page'
    | 'last'
    | 'start'
    | 'abort'
    | 'waitForFinish'
    | 'update'
    | 'metamorph'
    | 'reboot'
    | 'resurrect'
    | 'charge'
    | 'remove'
>;

async function createFakeServices(): Promise<FakeServices> {
    const clock = new ManualClock(Date.parse('2024-05-01T00:00:00.000Z'));
    const user = { id: 'user1', username: 'me', createdAt: new Date(clock.now()) };
    const storages = await Storages.open({
        backend: new MemoryBackend(),
        clock,
        users: [user],
    });
    const actors = new Map<string, { actor: Actor; inputProperties?: string[] }>();
    const runs = new Map<string, Run>();
    const logTexts = new Map<string, string>();
    const record = {
        starts: [] as Start[],
        waits: [] as (number | undefined)[],
        aborts: [] as FakeServices['aborts'],
        charges: [] as FakeServices['charges'],
    };
    const addRun = (actor: Actor, fields: Partial<Run> = {}): Run => {
        const run = makeRun(actor, storages, `run${runs.size + 1}`, { startedAt: new Date(clock.now()), ...fields });
        runs.set(run.id, run);
        return run;
    };
    return {
        ...record,
        clock,
        storages,
        principal: { user, owns: () => true },
        users: { find: (idOrName) => ([user.id, user.username].includes(idOrName) ? user : undefined) },
        logTexts,
        userServices: {
            account: fakeAccount(),
            webhooks: fakeWebhooks(clock, user.id),
            // Tested with an engine.
            tasks: undefined as never,
            schedules: undefined as never,
        },
        queueLockOwners: { add: () => {}, clientKeys: () => [] },
        actors: fakeActors(actors) as ClientServices['actors'],
        runs: fakeRuns(runs, record, (id) =>
            addRun(actors.get(id)!.actor, { status: 'RUNNING' }),
        ) as ClientServices['runs'],
        // Tested with the real ones, in test/api.
        versions: {} as ClientServices['versions'],
        builds: { find: () => undefined } as unknown as ClientServices['builds'],
        logs: {
            text: (id) => logTexts.get(id),
            stream: (id) => (logTexts.has(id) ? Readable.from([logTexts.get(id)!]) : undefined),
        },
        signAs: (userId, text) => `signed by ${userId}: ${text}`,
        now: () => clock.now(),
        addRun,
        addActor(name, inputProperties) {
            const actor = makeActor(name, `actor${actors.size + 1}`, new Date(clock.now()));
            actors.set(actor.id, { actor, inputProperties });
            return actor;
        },
    };
}

/** Creates fake services and a client of them. */
export async function makeClient(options?: ClientOptions): Promise<{ services: FakeServices; client: Client }> {
    const services = await createFakeServices();
    return { services, client: createClient(() => services, options) };
}

/** Creates a real webhook service that receives no events. */
function fakeWebhooks(clock: ManualClock, userId: string): WebhookService {
    return new WebhookService({
        clock,
        documents: createMemoryDocuments(),
        owner: { id: userId },
        network: 'block',
        sendToApi: () => Promise.reject(new Error('There is no API here.')),
        sendToHandler: () => Promise.reject(new Error('There is no handler here.')),
        resolveCondition: (condition) => condition,
        findRun: () => undefined,
        createTestEvent: (condition) => ({ type: 'TEST', data: condition, resource: () => undefined }),
        onAttempt: () => {},
        onWarning: () => {},
    });
}

function fakeActors(actors: Map<string, { actor: Actor; inputProperties?: string[] }>): FakeActors {
    const find = (idOrName: string): Actor | undefined => {
        const all = [...actors.values()].map(({ actor }) => actor);
        return all.find(({ id, name }) => [id, name, `me/${name}`, `me~${name}`].includes(idOrName));
    };
    const require = (idOrName: string): Actor => {
        const actor = find(idOrName);
        if (!actor) throw new EngineError('actor-not-found', `No Actor has the id or name \`${idOrName}\`.`);
        return actor;
    };
    return {
        lookUp: find,
        find: (idOrName) => structuredClone(find(idOrName)),
        require: (idOrName) => structuredClone(require(idOrName)),
        peek: (idOrName) => require(idOrName),
        list: () => [...actors.values()].map(({ actor }) => structuredClone(actor)),
        create({ name = 'my-actor' }) {
            const actor = makeActor(name, `actor${actors.size + 1}`, new Date(0));
            actors.set(actor.id, { actor });
            return structuredClone(actor);
        },
        update(id, fields) {
            const actor = require(id);
            Object.assign(actor, fields);
            return structuredClone(actor);
        },
        remove: async (id) => void actors.delete(id),
        validateInput: async () => {},
        inputProperties: (id) => actors.get(id)?.inputProperties,
    };
}

function fakeRuns(
    runs: Map<string, Run>,
    record: Pick<FakeServices, 'starts' | 'waits' | 'aborts' | 'charges'>,
    begin: (actorId: string) => Run,
): FakeRuns {
    const require = (id: string): Run => {
        const run = runs.get(id);
        if (!run) throw new EngineError('record-not-found', `Run \`${id}\` does not exist.`);
        return run;
    };
    const change = (id: string, fields: RunUpdate | { status: JobStatus; finishedAt: Date }): Run => {
        const run = require(id);
        Object.assign(run, fields);
        return structuredClone(run);
    };
    return {
        find: (id) => structuredClone(runs.get(id)),
        peek: (id) => structuredClone(runs.get(id)),
        page: (query) => slicePage(structuredClone([...runs.values()]).filter(matches(query)), query, query.desc),
        last: (query) =>
            structuredClone(
                [...runs.values()].findLast(matches({ ...query, statuses: query.status && [query.status] })),
            ),
        async start(actorId, input, options, { origin }) {
            record.starts.push({ actorId, input, options, origin });
            return structuredClone(begin(actorId));
        },
        async abort(id, gracefully) {
            record.aborts.push({ id, gracefully });
            return change(id, { status: 'ABORTED', finishedAt: new Date(0) });
        },
        async waitForFinish(id, waitMillis, signal) {
            record.waits.push(waitMillis);
            signal?.throwIfAborted();
            if (isTerminal(require(id).status) || waitMillis !== undefined) return structuredClone(require(id));
            return change(id, { status: 'SUCCEEDED', finishedAt: new Date(0) });
        },
        update: change,
        metamorph: async (id) => structuredClone(require(id)),
        reboot: async (id) => structuredClone(require(id)),
        resurrect: async (id) => change(id, { status: 'READY', finishedAt: new Date(0) }),
        charge: (id, options) => void record.charges.push({ id, ...options }),
        remove: async (id) => void runs.delete(id),
    };
}

function matches({ actId, statuses, startedAfter = -Infinity, startedBefore = Infinity }: RunFilter) {
    return (run: Run): boolean =>
        (actId === undefined || run.actId === actId) &&
        (statuses === undefined || statuses.includes(run.status)) &&
        run.startedAt.getTime() >= startedAfter &&
        run.startedAt.getTime() <= startedBefore;
}

function makeRun(actor: Actor, storages: Storages, id: string, fields: Partial<Run>): Run {
    const defaultDatasetId = storages.datasets.create().id;
    const defaultKeyValueStoreId = storages.keyValueStores.create().id;
    const defaultRequestQueueId = storages.requestQueues.create().id;
    return {
        id,
        actId: actor.id,
        userId: 'user1',
        startedAt: new Date(0),
        status: 'SUCCEEDED',
        meta: { origin: 'API', userAgent: '' },
        stats: {} as Run['stats'],
        options: { build: 'latest', timeoutSecs: 0, memoryMbytes: 1024, diskMbytes: 2048 },
        buildId: 'build1',
        buildNumber: '0.1.2',
        generalAccess: 'FOLLOW_USER_SETTING',
        defaultKeyValueStoreId,
        defaultDatasetId,
        defaultRequestQueueId,
        storageIds: {
            datasets: { default: defaultDatasetId },
            keyValueStores: { default: defaultKeyValueStoreId },
            requestQueues: { default: defaultRequestQueueId },
        },
        containerUrl: 'http://localhost',
        usage: {} as Run['usage'],
        usageUsd: {} as Run['usageUsd'],
        usageTotalUsd: 0,
        ...fields,
    };
}

function fakeAccount(): UserServices['account'] {
    const limits = { maxMonthlyUsageUsd: 100 } as UsageLimits;
    return {
        sign: (text) => `signed ${text}`,
        limits: () => limits,
        setLimits: (update) => Object.assign(limits, update),
        counts: () => ({ actorCount: 1 }) as ResourceCounts,
    };
}
