import { EngineError } from '../errors/engine-error.js';
import { copyRun, type RunDocument } from '../model/run-document.js';
import { isTerminal } from '../model/status.js';
import { checkFlag, checkOptions, invalid } from '../util/check.js';
import { newId } from '../util/ids.js';
import { checkIsolation } from './isolation.js';
import { RunDriver } from './run-driver.js';
import { countContents, emptyStats, settleStats } from './run-stats.js';
import { prepareStorages, removeStorages, storeInput, type StoredInput } from './run-storages.js';
import { emptyUsage, NO_COST, userOf } from './run-usage.js';
import { prepareResurrection, resurrectedOptions, withoutBuild } from './resurrection.js';
import { step } from './status-machine.js';
import { checkStartOptions, MAX_WAIT_FOR_FINISH_SECS, resolveRunOptions } from './start-options.js';
import { checkMetamorph, notRunningError, unfinishedError } from './verb-checks.js';
import type { RunUpdate } from '../model/client.js';
import type { Page } from '../model/page.js';
import type { LastRunQuery, RunQuery } from '../model/run-query.js';
import type { ResurrectOptions, Run, RunOptions, RunOrigin, StartOptions } from '../model/run.js';
import type { UseCounter } from '../storage/use-counter.js';
import type { LifecycleParts, StartTarget } from './parts.js';

/** What a new run is made of, besides the Actor. */
interface NewRun {
    options: RunOptions;
    env: Readonly<Record<string, string>>;
    origin: RunOrigin;
    input: StoredInput | undefined;
}

const INPUT_KEY = 'INPUT';
const NO_ENV: Readonly<Record<string, string>> = Object.freeze({});
const CONTAINER_URL = 'http://localhost:4321';

/** Starts runs, and does to them what can be done to a run. What it hands out are copies. */
export class RunService {
    readonly #parts: LifecycleParts;
    readonly #drivers = new Map<string, RunDriver>();
    #isClosed = false;

    constructor(parts: LifecycleParts) {
        this.#parts = parts;
    }

    find(id: string): Run | undefined {
        const document = this.#parts.runs.get(id);
        return document && this.#current(document);
    }

    /** As {@link RunService.find}, but without bringing the figures up to date, which costs a look at the storages. */
    glance(id: string): Run | undefined {
        const document = this.#parts.runs.get(id);
        return document && copyRun(document.run);
    }

    /** One page of runs. The figures of those that have not ended may be out of date. */
    page(query: RunQuery): Page<Run> {
        const { offset, limit, desc } = query;
        const { total, documents } = this.#parts.runs.page(query);
        const items = documents.map(({ run }) => copyRun(run));
        return { total, offset, limit, count: items.length, desc, items };
    }

    last(query: LastRunQuery): Run | undefined {
        const document = this.#parts.runs.last(query);
        return document && this.#current(document);
    }

    /** Who is to be told what the Actor of a run does to the data of storages. */
    userOf(id: string): UseCounter {
        return userOf(this.#require(id).run);
    }

    /** The runs that have not ended. */
    liveIds(): string[] {
        return [...this.#drivers.keys()];
    }

    async start(
        actorIdOrName: string,
        input: StoredInput | undefined,
        options: StartOptions,
        origin: RunOrigin,
    ): Promise<Run> {
        this.#assertOpen();
        checkStartOptions(options);
        const target = this.#parts.findTarget(actorIdOrName, options.build);
        checkIsolation(options.isolation, 'options.isolation', target.isFunction);
        const runOptions = resolveRunOptions(options, target, this.#parts.settings);
        const document = await this.#create(target, {
            options: runOptions,
            env: options.env ? { ...options.env } : NO_ENV,
            origin,
            input,
        });
        if (options.metamorph === false) document.metamorph = false;
        if (options.isolation !== undefined) document.isolation = options.isolation;
        const { id } = document.run;
        const driver = this.#drive(document, target);
        this.#parts.countRun(target.actor.id);
        this.#parts.emit('run.created', { run: copyRun(document.run) });
        driver.enter();
        const waitSecs = Math.min(options.waitForFinish ?? 0, MAX_WAIT_FOR_FINISH_SECS);
        return waitSecs === 0 ? copyRun(document.run) : this.waitForFinish(id, waitSecs * 1000);
    }

    async abort(id: string, gracefully: boolean): Promise<Run> {
        checkFlag('options.gracefully', gracefully);
        this.#require(id);
        this.#drivers.get(id)?.happen({ type: gracefully ? 'graceful-abort-asked' : 'abort-asked' });
        return this.#current(this.#require(id));
    }

    async waitForFinish(id: string, waitMillis?: number, signal?: AbortSignal): Promise<Run> {
        this.#require(id);
        signal?.throwIfAborted();
        const driver = this.#drivers.get(id);
        if (driver) await this.#waitFor(driver.finished, waitMillis, signal);
        return this.#current(this.#require(id));
    }

    update(id: string, fields: RunUpdate): Run {
        const document = this.#require(id);
        const { run } = document;
        checkOptions('fields', fields, ['statusMessage', 'isStatusMessageTerminal', 'generalAccess', 'level']);
        const { statusMessage, isStatusMessageTerminal, generalAccess } = fields;
        if (statusMessage !== undefined && typeof statusMessage !== 'string') {
            throw invalid('fields.statusMessage', statusMessage, 'a text');
        }
        checkFlag('fields.isStatusMessageTerminal', isStatusMessageTerminal);
        if (generalAccess) run.generalAccess = generalAccess;
        if (isStatusMessageTerminal !== undefined) run.isStatusMessageTerminal = isStatusMessageTerminal;
        if (statusMessage !== undefined) run.statusMessage = statusMessage;
        this.#parts.runs.save(document);
        if (statusMessage !== undefined) this.#parts.emit('run.status-message', { run: copyRun(run), statusMessage });
        return this.#current(document);
    }

    /**
     * Makes the run go on as another Actor, with an input of its own, on the same storages and under the same deadline.
     *
     * @throws EngineError `job-finished` when it is not running, `max-metamorphs-exceeded`, `metamorph-forbidden`,
     * `actor-not-found`, `unknown-build-tag`; then the run goes on as it is.
     */
    async metamorph(
        id: string,
        actorIdOrName: string,
        input: StoredInput | undefined,
        build: string | undefined,
    ): Promise<Run> {
        const document = this.#require(id);
        const { run } = document;
        this.#requireRunning(run, 'become another Actor');
        checkMetamorph(document);
        const target = this.#parts.findTarget(actorIdOrName, build);
        await target.resolveRunnable();
        const inputKey = `${INPUT_KEY}-METAMORPH-${run.stats.metamorph + 1}`;
        if (input) await storeInput(this.#parts.storages, run, inputKey, input);
        const driver = this.#requireRunning(run, 'become another Actor');
        const metamorph = {
            createdAt: new Date(this.#parts.clock.now()),
            actorId: target.actor.id,
            buildId: target.build.id,
            inputKey,
        };
        document.inputKey = inputKey;
        run.metamorphs = [...(run.metamorphs ?? []), metamorph];
        driver.restart(target);
        return this.#current(document);
    }

    /** Starts the Actor of a running run anew; throws `job-finished` when it is not running. */
    async reboot(id: string): Promise<Run> {
        const document = this.#require(id);
        this.#requireRunning(document.run, 'be rebooted').restart();
        return this.#current(document);
    }

    /** Tells a running Actor to save its state, and starts it anew; throws `job-finished` when it is not running. */
    async migrate(id: string): Promise<Run> {
        const document = this.#require(id);
        this.#requireRunning(document.run, 'be migrated').migrate();
        return this.#current(document);
    }

    /**
     * Lets a finished run live once more: on its storages, with a new deadline, and with the options given.
     *
     * @throws EngineError `run-not-finished`, or as a start does; then the run stays as it is.
     */
    async resurrect(id: string, options: ResurrectOptions): Promise<Run> {
        this.#assertOpen();
        const document = this.#require(id);
        const { run } = document;
        checkStartOptions(withoutBuild(options));
        const next = step(run.status, { type: 'resurrection-asked' });
        if (!next.ok || this.#drivers.has(id)) throw unfinishedError(run);
        const last = run.metamorphs?.at(-1);
        const sameBuild = last === undefined ? run.buildNumber : this.#parts.buildNumberOf(last.buildId);
        const target = this.#parts.findTarget(last?.actorId ?? run.actId, options.build ?? sameBuild);
        const runOptions = resolveRunOptions(resurrectedOptions(run, options), target, this.#parts.settings);
        prepareResurrection(document, { options: runOptions, target });
        this.#drive(document, target).happen({ type: 'resurrection-asked' });
        return this.#current(document);
    }

    async remove(id: string): Promise<void> {
        const { run } = this.#require(id);
        if (!isTerminal(run.status)) {
            throw new EngineError(
                'cannot-remove-running-run',
                `Run \`${id}\` is ${run.status}; only finished runs can be deleted. Abort it first.`,
            );
        }
        this.#parts.runs.remove(id);
        this.#parts.logs.remove(id);
        await removeStorages(this.#parts.storages, run.storageIds);
    }

    /** Settles what a host left behind that ended without closing its engine. */
    recover(): void {
        for (const document of this.#parts.runs.all()) {
            const { run } = document;
            const lost = step(run.status, { type: 'host-lost' });
            if (!lost.ok) continue;
            run.status = lost.status;
            run.finishedAt = new Date(this.#parts.clock.now());
            countContents(run, this.#parts.storages);
            run.statusMessage = 'The process that ran this Actor ended before the run did; the run was aborted.';
            this.#parts.runs.save(document);
        }
    }

    /** Starts nothing any more, and forgets those that wait for a place. */
    close(): void {
        this.#isClosed = true;
        this.#parts.admission.close();
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        throw new EngineError('engine-closed', 'The engine is closed and starts no runs. Create a new engine.');
    }

    #drive(document: RunDocument, target: StartTarget): RunDriver {
        const driver = new RunDriver(this.#parts, document, target);
        const { id } = document.run;
        this.#drivers.set(id, driver);
        void driver.finished.then(() => this.#drivers.delete(id));
        return driver;
    }

    #requireRunning(run: Run, what: string): RunDriver {
        const driver = this.#drivers.get(run.id);
        if (driver !== undefined && run.status === 'RUNNING') return driver;
        throw notRunningError(run, what);
    }

    async #create(target: StartTarget, { options, env, origin, input }: NewRun): Promise<RunDocument> {
        const { storages, owner, clock, runs } = this.#parts;
        const { actor, build } = target;
        const id = newId();
        const storageIds = prepareStorages(storages, target, id);
        const run: Run = {
            id,
            actId: actor.id,
            userId: owner.id,
            startedAt: new Date(clock.now()),
            status: 'READY',
            meta: { origin, userAgent: 'greenroom' },
            stats: emptyStats(input?.bytes.length ?? 0),
            options,
            buildId: build.id,
            buildNumber: build.buildNumber,
            generalAccess: 'FOLLOW_USER_SETTING',
            defaultDatasetId: storageIds.datasets.default,
            defaultKeyValueStoreId: storageIds.keyValueStores.default,
            defaultRequestQueueId: storageIds.requestQueues.default,
            storageIds,
            containerUrl: CONTAINER_URL,
            usage: emptyUsage(),
            usageUsd: NO_COST,
            usageTotalUsd: 0,
        };
        const document: RunDocument = { run, env, inputKey: INPUT_KEY };
        try {
            if (input) await storeInput(storages, run, INPUT_KEY, input);
            runs.save(document);
        } catch (error) {
            await removeStorages(storages, storageIds);
            throw error;
        }
        return document;
    }

    async #waitFor(finished: Promise<unknown>, waitMillis?: number, signal?: AbortSignal): Promise<void> {
        if (waitMillis === undefined && signal === undefined) {
            await finished;
            return;
        }
        await new Promise<void>((resolve, reject) => {
            const cancel = waitMillis === undefined ? undefined : this.#parts.clock.after(waitMillis, resolve);
            const give = (): void => reject(signal?.reason as Error);
            signal?.addEventListener('abort', give, { once: true });
            void finished.then(() => {
                cancel?.();
                signal?.removeEventListener('abort', give);
                resolve();
            });
        });
    }

    #require(id: string): RunDocument {
        const document = this.#parts.runs.get(id);
        if (document) return document;
        throw new EngineError('record-not-found', `No run has the id \`${id}\`.`, { details: { run: id } });
    }

    #current(document: RunDocument): Run {
        const { storages, clock } = this.#parts;
        if (!isTerminal(document.run.status)) settleStats(document, storages, clock.now());
        return copyRun(document.run);
    }
}
