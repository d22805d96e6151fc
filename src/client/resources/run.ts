import { checkFlag, checkOptions, checkText, checkWhole, invalid, checkWord } from '../../util/check.js';
import { withoutUndefined } from '../../util/without-undefined.js';
import { checkGiven, checkId, notFound, readWait, shortWaitMillis } from '../arguments.js';
import { toRunInput } from '../values.js';
import { storageOfRun, type StorageLookups } from '../storage-ref.js';
import { DatasetResource } from './dataset.js';
import { KeyValueStoreResource } from './key-value-store.js';
import { LogResource } from './log.js';
import { RequestQueueResource } from './request-queue.js';
import { JOB_STATUSES, type JobStatus } from '../../model/status.js';
import { buildNumberInt } from '../../registry/building/builds.js';
import { cutBounds, offsetList, PAGE_OPTION_KEYS } from '../paging.js';
import type {
    ChargeAnswer,
    ClientRun,
    DatasetClient,
    KeyValueStoreClient,
    LogClient,
    RequestQueueClient,
    RunClient,
    RunUpdate,
    WaitOptions,
    ClientRunListItem,
    RunCollectionClient,
    RunListOptions,
} from '../../model/client.js';
import type { RunChargeOptions } from '../../model/pricing.js';
import type { MetamorphOptions, ResurrectOptions, Run } from '../../model/run.js';
import type { ClientContext, RunLocator } from '../client-context.js';
import type { ClientHost } from '../client-host.js';
import type { Page, PagedList } from '../../model/page.js';
import type { RunFilter, RunQuery } from '../../model/run-document.js';

const RESURRECT_OPTION_KEYS = ['build', 'memory', 'timeout', 'maxItems', 'maxTotalChargeUsd', 'restartOnError'];

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'status', 'startedBefore', 'startedAfter'];

const RUN_ACCESS = ['FOLLOW_USER_SETTING', 'RESTRICTED', 'ANYONE_WITH_ID_CAN_READ'];

/** One run, which may be given by its id or as the last one of an Actor. */
export class RunResource implements RunClient {
    readonly #host: ClientHost;
    readonly #storages: StorageLookups;
    readonly #run: RunLocator;

    constructor({ host, storages }: ClientContext, run: RunLocator) {
        this.#host = host;
        this.#storages = storages;
        this.#run = run;
    }

    async get(options: { waitForFinish?: number } = {}): Promise<ClientRun | undefined> {
        checkOptions('options', options, ['waitForFinish']);
        const waitMillis = shortWaitMillis(options.waitForFinish);
        const run = this.#run.find();
        if (!run || waitMillis === 0) return run && asClientRun(run);
        return asClientRun(await this.#host.runs.waitForFinish(run.id, waitMillis));
    }

    async update(fields: RunUpdate): Promise<ClientRun> {
        checkRunUpdate(fields);
        return asClientRun(this.#host.runs.update(this.#require().id, fields));
    }

    async delete(): Promise<void> {
        const run = this.#run.find();
        if (run) await this.#host.runs.remove(run.id);
    }

    async abort(options: { gracefully?: boolean } = {}): Promise<ClientRun> {
        checkOptions('options', options, ['gracefully']);
        checkFlag('options.gracefully', options.gracefully);
        return asClientRun(await this.#host.runs.abort(this.#require().id, options.gracefully ?? false));
    }

    async metamorph(targetActorId: string, input?: unknown, options: MetamorphOptions = {}): Promise<ClientRun> {
        checkId('targetActorId', targetActorId);
        checkOptions('options', options, ['build', 'contentType']);
        checkText('options.build', options.build);
        checkText('options.contentType', options.contentType);
        const { id } = this.#require();
        const stored = toRunInput(input, options.contentType);
        return asClientRun(await this.#host.runs.metamorph(id, targetActorId, stored, options.build));
    }

    async reboot(): Promise<ClientRun> {
        return asClientRun(await this.#host.runs.reboot(this.#require().id));
    }

    async resurrect(options: ResurrectOptions = {}): Promise<ClientRun> {
        checkOptions('options', options, RESURRECT_OPTION_KEYS);
        checkText('options.build', options?.build);
        return asClientRun(await this.#host.runs.resurrect(this.#require().id, options));
    }

    async charge(options: RunChargeOptions): Promise<ChargeAnswer> {
        checkGiven('options', options);
        checkOptions('options', options, ['eventName', 'count', 'idempotencyKey']);
        const { eventName, count, idempotencyKey } = options;
        if (eventName === undefined) throw invalid('options.eventName', eventName, 'the name of an event');
        checkText('options.eventName', eventName);
        checkWhole('options.count', count, 1);
        checkText('options.idempotencyKey', idempotencyKey);
        this.#host.runs.charge(this.#require().id, withoutUndefined({ eventName, count, idempotencyKey }));
        const answer: Omit<ChargeAnswer, 'config'> = { data: {}, status: 201, statusText: 'Created', headers: {} };
        return answer as ChargeAnswer;
    }

    async waitForFinish(options: WaitOptions = {}): Promise<ClientRun> {
        const { waitMillis, signal } = readWait(options);
        return asClientRun(await this.#host.runs.waitForFinish(this.#require().id, waitMillis, signal));
    }

    dataset(): DatasetClient {
        const { datasets } = this.#storages;
        return new DatasetResource(storageOfRun(datasets, 'dataset', this.#run, 'defaultDatasetId'), this.#host);
    }

    keyValueStore(): KeyValueStoreClient {
        const { keyValueStores } = this.#storages;
        return new KeyValueStoreResource(
            storageOfRun(keyValueStores, 'key-value store', this.#run, 'defaultKeyValueStoreId'),
            this.#host,
        );
    }

    requestQueue(): RequestQueueClient {
        const { requestQueues } = this.#storages;
        return new RequestQueueResource(
            storageOfRun(requestQueues, 'request queue', this.#run, 'defaultRequestQueueId'),
        );
    }

    log(): LogClient {
        return new LogResource(this.#host, () => this.#run.find()?.id);
    }

    #require(): Run {
        const run = this.#run.find();
        if (run) return run;
        throw notFound(this.#run.sought, 'It may have been deleted; `runs().list()` has those there are.');
    }
}

/** The run with an id. */
export function runById({ host }: ClientContext, id: string): RunLocator {
    return { find: () => host.runs.find(id), sought: `run with the id \`${id}\`` };
}

/** A run as the client declares it; see {@link ClientRun}. */
export function asClientRun(run: Run): ClientRun {
    return run as ClientRun;
}

/** Runs, of one Actor or of all; oldest first. */
export class RunCollectionResource implements RunCollectionClient {
    readonly #page: (query: RunQuery) => Page<Run>;

    constructor(page: (query: RunQuery) => Page<Run>) {
        this.#page = page;
    }

    list(options: RunListOptions = {}): PagedList<ClientRunListItem> {
        checkOptions('options', options, LIST_KEYS);
        const filter = readFilter(options);
        return offsetList(options, (bounds) => {
            const page = this.#page({ ...filter, ...cutBounds(bounds), desc: options.desc ?? false });
            return { ...page, items: page.items.map(toListItem) };
        });
    }
}

function readFilter({ status, startedBefore, startedAfter }: RunListOptions): RunFilter {
    const statuses: readonly JobStatus[] | undefined = typeof status === 'string' ? [status] : status;
    for (const word of statuses ?? []) checkWord('options.status', word, JOB_STATUSES);
    return {
        statuses,
        startedBefore: readTime('options.startedBefore', startedBefore),
        startedAfter: readTime('options.startedAfter', startedAfter),
    };
}

function readTime(path: string, value: Date | string | undefined): number | undefined {
    if (value === undefined) return undefined;
    const time = value instanceof Date || typeof value === 'string' ? new Date(value).getTime() : NaN;
    if (Number.isNaN(time)) throw invalid(path, value, 'a Date, or a text with an ISO time');
    return time;
}

function toListItem(run: Run): ClientRunListItem {
    return {
        id: run.id,
        actId: run.actId,
        userId: run.userId,
        actorTaskId: run.actorTaskId,
        status: run.status,
        startedAt: run.startedAt,
        // Declared as always there; see the type.
        finishedAt: run.finishedAt as Date,
        meta: run.meta,
        buildId: run.buildId,
        buildNumber: run.buildNumber,
        buildNumberInt: buildNumberInt(run.buildNumber),
        defaultKeyValueStoreId: run.defaultKeyValueStoreId,
        defaultDatasetId: run.defaultDatasetId,
        defaultRequestQueueId: run.defaultRequestQueueId,
        usageTotalUsd: run.usageTotalUsd,
    };
}

/** Checks what is to change of a run, as far as the run does not itself. */
function checkRunUpdate(fields: RunUpdate): void {
    checkGiven('fields', fields);
    checkWord('fields.generalAccess', fields.generalAccess ?? undefined, RUN_ACCESS);
}
