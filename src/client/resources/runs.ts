import { JOB_STATUSES, type JobStatus } from '../../model/status.js';
import { buildNumberInt } from '../../registry/builds.js';
import { checkOptions, checkWord, invalid } from '../../util/check.js';
import { offsetList, PAGE_OPTION_KEYS, pageOf } from '../offset-list.js';
import type { ClientRunListItem, RunCollectionClient, RunListOptions } from '../../model/client.js';
import type { PagedList } from '../../model/page.js';
import type { Run } from '../../model/run.js';

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'status', 'startedBefore', 'startedAfter'];

/** Runs, of one Actor or of all; oldest first. */
export class RunCollectionResource implements RunCollectionClient {
    readonly #runs: () => Run[];

    constructor(runs: () => Run[]) {
        this.#runs = runs;
    }

    list(options: RunListOptions = {}): PagedList<ClientRunListItem> {
        checkOptions('options', options, LIST_KEYS);
        const matches = readFilter(options);
        return offsetList(options, (bounds) => {
            const page = pageOf(this.#runs().filter(matches), bounds, options.desc);
            return { ...page, items: page.items.map(toListItem) };
        });
    }
}

function readFilter({ status, startedBefore, startedAfter }: RunListOptions): (run: Run) => boolean {
    const statuses: readonly JobStatus[] | undefined = typeof status === 'string' ? [status] : status;
    for (const word of statuses ?? []) checkWord('options.status', word, JOB_STATUSES);
    const before = readTime('options.startedBefore', startedBefore) ?? Infinity;
    const after = readTime('options.startedAfter', startedAfter) ?? -Infinity;
    return ({ status: current, startedAt }) => {
        const time = startedAt.getTime();
        return time <= before && time >= after && (statuses?.includes(current) ?? true);
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
