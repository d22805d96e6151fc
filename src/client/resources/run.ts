import {
    checkEach,
    checkFlag,
    checkOptions,
    checkText,
    checkWhole,
    invalid,
    checkWord,
    type Check,
} from '../../util/check.js';
import { withoutUndefined } from '../../util/json/without-undefined.js';
import { readableActorId, assertReadableRun, accessError } from '../access.js';
import { checkRequired, checkId, notFoundError, parseWaitOptions, toShortWaitMillis } from '../arguments.js';
import { encodeRunInput } from '../../storage/key-value-store/record-values.js';
import { StorageRef } from '../storage-ref.js';
import { DatasetResource } from './dataset.js';
import { KeyValueStoreResource } from './key-value-store.js';
import { createLogClient } from './log.js';
import { RequestQueueResource } from './request-queue.js';
import { JOB_STATUSES, type JobStatus } from '../../model/api/status.js';
import { buildNumberInt } from '../../actors/builds/builds.js';
import { clampBounds, offsetList, PAGE_OPTION_KEYS } from '../paging.js';
import type {
    ChargeAnswer,
    ClientRun,
    ClientRunListItem,
    RunClient,
    RunCollectionClient,
    RunListOptions,
} from '../../model/client/run.js';
import type { RunChargeOptions } from '../../model/api/pricing.js';
import type { Run } from '../../model/api/run.js';
import type { StorageKind } from '../../model/api/storage.js';
import type { ClientContext, ClientServices } from '../services.js';
import type { RunFilter } from '../../model/api/run-document.js';

const RESURRECT_OPTION_KEYS = ['build', 'memory', 'timeout', 'maxItems', 'maxTotalChargeUsd', 'restartOnError'];

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'status', 'startedBefore', 'startedAfter'];

const CHARGE_CHECKS: Readonly<Record<keyof RunChargeOptions, Check>> = {
    eventName: checkText,
    count: (path, value) => checkWhole(path, value, 1),
    idempotencyKey: checkText,
};

const RUN_ACCESS = ['FOLLOW_USER_SETTING', 'RESTRICTED', 'ANYONE_WITH_ID_CAN_READ'];

/** Finds a run. Each call resolves it again, since it may appear, change or disappear in between. */
export interface RunLocator {
    /** @param how - `peek` skips updating the statistics. */
    find(services: ClientServices, how: 'find' | 'peek'): Run | undefined;
    /** Description for errors, such as "run `abc`". */
    readonly description: string;
}

/** A reference to a run that checks the access of the principal. */
class RunRef {
    readonly context: ClientContext;
    readonly locator: RunLocator;

    constructor(context: ClientContext, locator: RunLocator) {
        this.context = context;
        this.locator = locator;
    }

    get runs(): ClientServices['runs'] {
        return this.context.services.runs;
    }

    find(how: 'find' | 'peek' = 'peek'): Run | undefined {
        const { services } = this.context;
        const run = this.locator.find(services, how);
        if (run) assertReadableRun(services, run);
        return run;
    }

    require(): Run {
        const run = this.find();
        if (run) return run;
        throw notFoundError(
            this.locator.description,
            'It may have been deleted. List the existing ones with `runs().list()`.',
        );
    }

    /** Returns the id of the run to change. Throws if the principal does not own it. */
    writableId(): string {
        const { id, userId } = this.require();
        const { principal } = this.context.services;
        if (principal.owns(userId)) return id;
        throw accessError(principal, 'Actor run');
    }

    /** Returns the record for the principal. Prices are hidden without a token. */
    toClientRun(run: Run): ClientRun {
        if (this.context.services.principal.user !== undefined) return asClientRun(run);
        const { usageUsd: _, usageTotalUsd: __, eventUsage: ___, ...shown } = run;
        return shown as ClientRun;
    }
}

/** Methods that return clients of resources of a run. */
type SubresourceMethods = 'dataset' | 'keyValueStore' | 'requestQueue' | 'log';

/** Creates the client of one run: by its id, or the latest one of an Actor or task. */
export function createRunClient(context: ClientContext, locator: RunLocator): RunClient {
    const run = new RunRef(context, locator);
    return { ...createMethods(run), ...createSubresourceMethods(run) };
}

function createMethods(run: RunRef): Omit<RunClient, SubresourceMethods> {
    return {
        get: async (options = {}) => {
            checkOptions('options', options, ['waitForFinish']);
            const waitMillis = toShortWaitMillis(options.waitForFinish);
            const found = run.find('find');
            if (!found || waitMillis === 0) return found && run.toClientRun(found);
            return run.toClientRun(await run.runs.waitForFinish(found.id, waitMillis));
        },
        update: async (fields) => {
            checkRequired('fields', fields);
            checkWord('fields.generalAccess', fields.generalAccess ?? undefined, RUN_ACCESS);
            return asClientRun(run.runs.update(run.writableId(), fields, run.context.runId));
        },
        delete: async () => {
            if (run.find()) await run.runs.remove(run.writableId());
        },
        abort: async (options = {}) => {
            checkEach('options', options, { gracefully: checkFlag });
            return asClientRun(await run.runs.abort(run.writableId(), options.gracefully ?? false));
        },
        metamorph: async (targetActorId, input, options = {}) => {
            checkId('targetActorId', targetActorId);
            checkEach('options', options, { build: checkText, contentType: checkText });
            const id = run.writableId();
            const stored = encodeRunInput(input, options.contentType);
            const actorId = readableActorId(run.context.services, targetActorId);
            return asClientRun(await run.runs.metamorph(id, actorId, stored, options.build));
        },
        reboot: async () => asClientRun(await run.runs.reboot(run.writableId())),
        resurrect: async (options = {}) => {
            checkOptions('options', options, RESURRECT_OPTION_KEYS);
            checkText('options.build', options.build);
            return asClientRun(await run.runs.resurrect(run.writableId(), options));
        },
        charge: async (options) => {
            const charge = parseCharge(options);
            run.runs.charge(run.writableId(), charge);
            const response: Omit<ChargeAnswer, 'config'> = {
                data: {},
                status: 201,
                statusText: 'Created',
                headers: {},
            };
            return response as ChargeAnswer;
        },
        waitForFinish: async (options = {}) => {
            const { waitMillis, signal } = parseWaitOptions(options);
            return run.toClientRun(await run.runs.waitForFinish(run.require().id, waitMillis, signal));
        },
    };
}

function createSubresourceMethods(run: RunRef): Pick<RunClient, SubresourceMethods> {
    const { context, locator } = run;
    const storage = <Kind extends StorageKind>(
        kind: Kind,
        field: 'defaultDatasetId' | 'defaultKeyValueStoreId' | 'defaultRequestQueueId',
    ): StorageRef<Kind> => {
        const find = (isSigned: boolean) => (isSigned ? locator.find(context.services, 'peek') : run.find());
        return new StorageRef(context, kind, (isSigned) => find(isSigned)?.[field], `of the ${locator.description}`);
    };
    return {
        dataset: () => new DatasetResource(context, storage('dataset', 'defaultDatasetId')),
        keyValueStore: () => new KeyValueStoreResource(context, storage('keyValueStore', 'defaultKeyValueStoreId')),
        requestQueue: () => new RequestQueueResource(context, storage('requestQueue', 'defaultRequestQueueId')),
        log: () => createLogClient(context, () => run.find()?.id),
    };
}

function parseCharge(options: RunChargeOptions): RunChargeOptions {
    checkRequired('options', options);
    checkEach('options', options, CHARGE_CHECKS);
    const { eventName, count, idempotencyKey } = options;
    if (eventName === undefined) throw invalid('options.eventName', eventName, 'the name of an event');
    return withoutUndefined({ eventName, count, idempotencyKey });
}

/** Creates a locator of the run with this id. */
export function runById(id: string): RunLocator {
    return { find: ({ runs }, how) => runs[how](id), description: `run with the id \`${id}\`` };
}

/** Casts a run to the type that the client declares; see {@link ClientRun}. */
export function asClientRun(run: Run): ClientRun {
    return run as ClientRun;
}

/**
 * Creates the client of runs, oldest first.
 *
 * @param resolveScope - Returns the Actor or task. Throws if it does not exist. Default: all runs.
 */
export function createRunCollectionClient(
    context: ClientContext,
    resolveScope: (services: ClientServices) => Pick<RunFilter, 'actId' | 'actorTaskId'> = () => ({}),
): RunCollectionClient {
    return {
        list: (options = {}) => {
            checkOptions('options', options, LIST_KEYS);
            const filter = parseFilter(options);
            return offsetList(options, (bounds) => {
                const { services } = context;
                const query = {
                    ...filter,
                    ...resolveScope(services),
                    ...clampBounds(bounds),
                    desc: options.desc ?? false,
                };
                const page = services.runs.page({ ...query, isOwner: services.principal.owns });
                return { ...page, items: page.items.map(toListItem) };
            });
        },
    };
}

function parseFilter({ status, startedBefore, startedAfter }: RunListOptions): RunFilter {
    const statuses: readonly JobStatus[] | undefined = typeof status === 'string' ? [status] : status;
    for (const name of statuses ?? []) checkWord('options.status', name, JOB_STATUSES);
    return {
        statuses,
        startedBefore: parseTime('options.startedBefore', startedBefore),
        startedAfter: parseTime('options.startedAfter', startedAfter),
    };
}

function parseTime(path: string, value: Date | string | undefined): number | undefined {
    if (value === undefined) return undefined;
    const time = value instanceof Date || typeof value === 'string' ? new Date(value).getTime() : NaN;
    if (Number.isNaN(time)) throw invalid(path, value, 'a Date, or a string with an ISO time');
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
        // Declared as required; see the type.
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
