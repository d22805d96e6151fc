import { checkFlag, checkOptions, checkText, checkWhole, invalid, checkWord } from '../../util/check.js';
import { withoutUndefined } from '../../util/without-undefined.js';
import { actorIdOf, assertReadableRun, refusal } from '../access.js';
import { checkGiven, checkId, notFound, readWait, shortWaitMillis } from '../arguments.js';
import { toRunInput } from '../values.js';
import { StorageRef } from '../storage-ref.js';
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
import type { StorageKind } from '../../model/storage.js';
import type { ClientContext, ClientServices } from '../services.js';
import type { PagedList } from '../../model/page.js';
import type { RunFilter } from '../../model/run-document.js';

const RESURRECT_OPTION_KEYS = ['build', 'memory', 'timeout', 'maxItems', 'maxTotalChargeUsd', 'restartOnError'];

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'status', 'startedBefore', 'startedAfter'];

const RUN_ACCESS = ['FOLLOW_USER_SETTING', 'RESTRICTED', 'ANYONE_WITH_ID_CAN_READ'];

/** A run that each call looks up again, since it may appear, change or disappear in between. */
export interface RunLocator {
    /** @param how - `glance` skips bringing the figures up to date. */
    find(services: ClientServices, how: 'find' | 'glance'): Run | undefined;
    /** How an error names the run: `run `abc``. */
    readonly sought: string;
}

/** One run, given by its id or as the last one of an Actor or task. */
export class RunResource implements RunClient {
    readonly #context: ClientContext;
    readonly #run: RunLocator;

    constructor(context: ClientContext, run: RunLocator) {
        this.#context = context;
        this.#run = run;
    }

    async get(options: { waitForFinish?: number } = {}): Promise<ClientRun | undefined> {
        checkOptions('options', options, ['waitForFinish']);
        const waitMillis = shortWaitMillis(options.waitForFinish);
        const run = this.#find('find');
        if (!run || waitMillis === 0) return run && this.#present(run);
        return this.#present(await this.#runs.waitForFinish(run.id, waitMillis));
    }

    async update(fields: RunUpdate): Promise<ClientRun> {
        checkRunUpdate(fields);
        return asClientRun(this.#runs.update(this.#ownId(), fields));
    }

    async delete(): Promise<void> {
        if (this.#find()) await this.#runs.remove(this.#ownId());
    }

    async abort(options: { gracefully?: boolean } = {}): Promise<ClientRun> {
        checkOptions('options', options, ['gracefully']);
        checkFlag('options.gracefully', options.gracefully);
        return asClientRun(await this.#runs.abort(this.#ownId(), options.gracefully ?? false));
    }

    async metamorph(targetActorId: string, input?: unknown, options: MetamorphOptions = {}): Promise<ClientRun> {
        checkId('targetActorId', targetActorId);
        checkOptions('options', options, ['build', 'contentType']);
        checkText('options.build', options.build);
        checkText('options.contentType', options.contentType);
        const id = this.#ownId();
        const stored = toRunInput(input, options.contentType);
        const actorId = actorIdOf(this.#context.services, targetActorId);
        return asClientRun(await this.#runs.metamorph(id, actorId, stored, options.build));
    }

    async reboot(): Promise<ClientRun> {
        return asClientRun(await this.#runs.reboot(this.#ownId()));
    }

    async resurrect(options: ResurrectOptions = {}): Promise<ClientRun> {
        checkOptions('options', options, RESURRECT_OPTION_KEYS);
        checkText('options.build', options?.build);
        return asClientRun(await this.#runs.resurrect(this.#ownId(), options));
    }

    async charge(options: RunChargeOptions): Promise<ChargeAnswer> {
        checkGiven('options', options);
        checkOptions('options', options, ['eventName', 'count', 'idempotencyKey']);
        const { eventName, count, idempotencyKey } = options;
        if (eventName === undefined) throw invalid('options.eventName', eventName, 'the name of an event');
        checkText('options.eventName', eventName);
        checkWhole('options.count', count, 1);
        checkText('options.idempotencyKey', idempotencyKey);
        this.#runs.charge(this.#ownId(), withoutUndefined({ eventName, count, idempotencyKey }));
        const answer: Omit<ChargeAnswer, 'config'> = { data: {}, status: 201, statusText: 'Created', headers: {} };
        return answer as ChargeAnswer;
    }

    async waitForFinish(options: WaitOptions = {}): Promise<ClientRun> {
        const { waitMillis, signal } = readWait(options);
        const { id } = this.#find() ?? this.#throwNotFound();
        return this.#present(await this.#runs.waitForFinish(id, waitMillis, signal));
    }

    dataset(): DatasetClient {
        return new DatasetResource(this.#context, this.#storage('dataset', 'defaultDatasetId'));
    }

    keyValueStore(): KeyValueStoreClient {
        return new KeyValueStoreResource(this.#context, this.#storage('keyValueStore', 'defaultKeyValueStoreId'));
    }

    requestQueue(): RequestQueueClient {
        return new RequestQueueResource(this.#storage('requestQueue', 'defaultRequestQueueId'));
    }

    log(): LogClient {
        return new LogResource(this.#context, () => this.#find()?.id);
    }

    #storage<Kind extends StorageKind>(
        kind: Kind,
        field: 'defaultDatasetId' | 'defaultKeyValueStoreId' | 'defaultRequestQueueId',
    ): StorageRef<Kind> {
        return new StorageRef(this.#context, kind, () => this.#find()?.[field], `of ${this.#run.sought}`);
    }

    get #runs(): ClientServices['runs'] {
        return this.#context.services.runs;
    }

    #find(how: 'find' | 'glance' = 'glance'): Run | undefined {
        const { services } = this.#context;
        const run = this.#run.find(services, how);
        if (run) assertReadableRun(services, run);
        return run;
    }

    /** The id of the run, to change it. */
    #ownId(): string {
        const { id, userId } = this.#find() ?? this.#throwNotFound();
        const { viewer } = this.#context.services;
        if (viewer.owns(userId)) return id;
        throw refusal(viewer, 'Actor run');
    }

    /** Without a token, costs are hidden. */
    #present(run: Run): ClientRun {
        if (this.#context.services.viewer.user !== undefined) return asClientRun(run);
        const { usageUsd: _, usageTotalUsd: __, ...shown } = run;
        return shown as ClientRun;
    }

    #throwNotFound(): never {
        throw notFound(this.#run.sought, 'It may have been deleted; `runs().list()` has those there are.');
    }
}

/** The run with an id. */
export function runById(id: string): RunLocator {
    return { find: ({ runs }, how) => runs[how](id), sought: `run with the id \`${id}\`` };
}

/** A run as the client declares it; see {@link ClientRun}. */
export function asClientRun(run: Run): ClientRun {
    return run as ClientRun;
}

/** Runs, of one Actor or of all; oldest first. */
export class RunCollectionResource implements RunCollectionClient {
    readonly #context: ClientContext;
    readonly #scope: (services: ClientServices) => Pick<RunFilter, 'actId' | 'actorTaskId'>;

    /** @param scope - The Actor or task whose runs they are; throws if there is none. Default: all runs. */
    constructor(
        context: ClientContext,
        scope: (services: ClientServices) => Pick<RunFilter, 'actId' | 'actorTaskId'> = () => ({}),
    ) {
        this.#context = context;
        this.#scope = scope;
    }

    list(options: RunListOptions = {}): PagedList<ClientRunListItem> {
        checkOptions('options', options, LIST_KEYS);
        const filter = readFilter(options);
        return offsetList(options, (bounds) => {
            const { services } = this.#context;
            const query = { ...filter, ...this.#scope(services), ...cutBounds(bounds), desc: options.desc ?? false };
            const page = services.runs.page({ ...query, isOf: services.viewer.owns });
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
