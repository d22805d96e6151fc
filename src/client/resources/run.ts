import { checkFlag, checkOptions, checkText, checkWhole, invalid } from '../../util/check.js';
import { withoutUndefined } from '../../util/without-undefined.js';
import { checkGiven, checkId } from '../check-argument.js';
import { checkRunUpdate } from '../check-update.js';
import { notFound } from '../not-found.js';
import { readWait, shortWaitMillis } from '../waits.js';
import { toRunInput } from '../run-input.js';
import { storageOfRun } from '../storage-ref.js';
import { DatasetResource } from './dataset.js';
import { KeyValueStoreResource } from './key-value-store.js';
import { LogResource } from './log.js';
import { RequestQueueResource } from './request-queue.js';
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
} from '../../model/client.js';
import type { RunChargeOptions } from '../../model/pricing.js';
import type { MetamorphOptions, ResurrectOptions, Run } from '../../model/run.js';
import type { ClientContext, RunLocator } from '../client-context.js';
import type { ClientHost } from '../client-host.js';
import type { StorageLookups } from '../storage-lookups.js';

const RESURRECT_OPTION_KEYS = ['build', 'memory', 'timeout', 'maxItems', 'maxTotalChargeUsd', 'restartOnError'];

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
