import { JOB_STATUSES, type JobStatus } from '../../model/status.js';
import { buildNumberInt } from '../../registry/builds.js';
import { checkOptions, checkWord, invalid } from '../../util/check.js';
import { cutBounds, offsetList, PAGE_OPTION_KEYS } from '../offset-list.js';
import type { ClientRunListItem, RunCollectionClient, RunListOptions } from '../../model/client.js';
import type { Page, PagedList } from '../../model/page.js';
import type { RunFilter, RunQuery } from '../../model/run-query.js';
import type { Run } from '../../model/run.js';

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'status', 'startedBefore', 'startedAfter'];

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
