import { EngineError } from '../errors/engine-error.js';
import {
    copyRun,
    type RunDocument,
    type LastRunQuery,
    type RunQuery,
    type RunInput,
} from '../model/api/run-document.js';
import { isTerminal } from '../model/api/status.js';
import { checkFlag, checkOptions, invalid } from '../util/check.js';
import { toRunEvent, FAILURE_VERBS, type InjectedFailure } from './faults/injected-failure.js';
import {
    checkIsolationOfRun,
    checkStartOptions,
    resolveWithMemory,
    MAX_WAIT_FOR_FINISH_SECS,
    resolveRunOptions,
} from './start/start-options.js';
import {
    createRun,
    INPUT_KEY,
    prepareResurrection,
    removeRun,
    mergeResurrectOptions,
    storeInput,
    type NewRun,
} from './run-record.js';
import { abortOrphanedRuns, resurrectOrphanedRuns, type Recovery } from './recovery.js';
import { RunDriver } from './run-driver.js';
import { updateStats, createUsageRecorder } from './run-stats.js';
import { step } from './status-machine.js';
import { waitWithTimeout } from '../util/wait-with-timeout.js';
import { checkMetamorph, checkMetamorphTarget, notRunningError, unfinishedError } from './preconditions.js';
import type { RunChargeOptions, RunCharges } from '../model/api/pricing.js';
import type { RunUpdate } from '../model/client/client.js';
import type { ResurrectOptions, Run, RunCause, StartOptions } from '../model/api/run.js';
import type { Page } from '../model/api/page.js';
import type { UsageRecorder } from '../storage/storage-metadata.js';
import type { RunTarget } from './interfaces.js';
import type { RunDependencies } from './dependencies.js';

/** Starts runs, and does to them what can be done to a run. What it hands out are copies. */
export class RunService {
    readonly #dependencies: RunDependencies;
    readonly #drivers = new Map<string, RunDriver>();
    #isClosed = false;

    constructor(dependencies: RunDependencies) {
        this.#dependencies = dependencies;
    }

    find(id: string): Run | undefined {
        const document = this.#dependencies.records.get(id);
        return document && this.#copyWithStats(document);
    }

    /** The engine's own record, which may be read only at once; its figures may be out of date. */
    peek(id: string): Readonly<Run> | undefined {
        return this.#dependencies.records.get(id)?.run;
    }

    /** One page of runs. The figures of those that have not ended may be out of date. */
    page(query: RunQuery): Page<Run> {
        const { offset, limit, desc } = query;
        const { total, documents } = this.#dependencies.records.page(query);
        const items = documents.map(({ run }) => copyRun(run));
        return { total, offset, limit, count: items.length, desc, items };
    }

    last(query: LastRunQuery): Run | undefined {
        const document = this.#dependencies.records.last(query);
        return document && this.#copyWithStats(document);
    }

    /** Those that the Actor of a run has started, oldest first. */
    startedBy(id: string): Run[] {
        return this.#dependencies.records.startedBy(id).map((document) => this.#copyWithStats(document));
    }

    /** Who is to be told what the Actor of a run does to the data of storages. */
    createUsageRecorder(id: string): UsageRecorder {
        return createUsageRecorder(this.#require(id).run);
    }

    /** The runs that have not ended. */
    liveIds(): string[] {
        return [...this.#drivers.keys()];
    }

    /** True if a run that has not ended may still read the files of a build. */
    usesBuild(buildId: string): boolean {
        const runs = this.liveIds().flatMap((id) => this.peek(id) ?? []);
        return runs.some(({ buildId: own, metamorphs = [] }) =>
            [own, ...metamorphs.map((m) => m.buildId)].includes(buildId),
        );
    }

    /**
     * Starts a run; its input is what the Actor's input schema makes of the one given.
     *
     * @throws EngineError `invalid-input`, and all that bad options lead to; nothing is created then.
     */
    async start(actorId: string, input: RunInput | undefined, options: StartOptions, cause: RunCause): Promise<Run> {
        this.#assertOpen();
        checkStartOptions(options);
        const dependencies = this.#dependencies;
        const { userId, embedderOptions } = cause;
        const { webhooks = [], seed } = options;
        const attachWebhooks =
            webhooks.length > 0 ? await dependencies.readWebhooks('options.webhooks', webhooks, userId) : undefined;
        const applySeed = seed === undefined ? undefined : await dependencies.readSeed('options.seed', seed);
        const target = await dependencies.targets.resolve(actorId, options.build);
        checkIsolationOfRun(options.isolation, embedderOptions?.setupFiles, target, dependencies.settings);
        const prepared = target.input ? await target.input.prepare(input, userId) : input;
        this.#assertOpen();
        const runOptions = resolveWithMemory(options, target, prepared, dependencies);
        const made = { target, options, runOptions, cause, input: prepared, applySeed, attachWebhooks };
        const document = await createRun(dependencies, made);
        if (this.#isClosed) await this.#discard(document.run);
        this.#assertOpen();
        this.#announceAndEnqueue(document, made);
        const waitSecs = Math.min(options.waitForFinish ?? 0, MAX_WAIT_FOR_FINISH_SECS);
        return waitSecs === 0 ? copyRun(document.run) : this.waitForFinish(document.run.id, waitSecs * 1000);
    }

    /** Announces a new run, and enqueues it. */
    #announceAndEnqueue(document: RunDocument, made: NewRun): void {
        const { target, options, cause } = made;
        const { embedderOptions, origin } = cause;
        const { faults, networks, emitter, clock } = this.#dependencies;
        const { id } = document.run;
        faults.register(id, options.faults);
        if (embedderOptions?.network !== undefined) networks.setHandler(id, embedderOptions.network);
        const driver = this.#createDriver(document, target);
        this.#dependencies.countRun(document.run);
        emitter.emit('run.created', { run: copyRun(document.run) });
        driver.enqueue(made.input);
        if (origin === 'SCHEDULER' || origin === 'WEBHOOK') clock.hold?.(driver.finished);
    }

    async abort(id: string, gracefully: boolean): Promise<Run> {
        this.#require(id);
        this.#drivers.get(id)?.dispatch({ type: gracefully ? 'abort-gracefully' : 'abort' });
        return this.#copyWithStats(this.#require(id));
    }

    async waitForFinish(id: string, waitMillis?: number, signal?: AbortSignal): Promise<Run> {
        this.#require(id);
        signal?.throwIfAborted();
        const { clock } = this.#dependencies;
        const driver = this.#drivers.get(id);
        // As it was at its end: somebody may have resurrected it since.
        const end = driver && (await waitWithTimeout(driver.finished, { clock, waitMillis, signal }));
        return end === undefined ? this.#copyWithStats(this.#require(id)) : copyRun(end);
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
        this.#dependencies.records.save(document);
        if (statusMessage !== undefined)
            this.#dependencies.emitter.emit('run.status-message', { run: copyRun(run), statusMessage });
        return this.#copyWithStats(document);
    }

    /**
     * Makes the run go on as another Actor, with an input of its own, on the same storages and under the same deadline.
     *
     * @throws EngineError `job-finished` when it is not running, `max-metamorphs-exceeded`, `metamorph-forbidden`,
     * `actor-not-found`, `unknown-build-tag`, `invalid-input`; then the run goes on as it is.
     */
    async metamorph(id: string, actorId: string, given: RunInput | undefined, build: string | undefined): Promise<Run> {
        const document = this.#require(id);
        const { run } = document;
        this.#requireRunning(run, 'become another Actor');
        checkMetamorph(document);
        const target = await this.#dependencies.targets.resolve(actorId, build);
        checkMetamorphTarget(target);
        const input = target.input ? await target.input.prepare(given, run.userId) : given;
        await target.resolveRunnable();
        const inputKey = `${INPUT_KEY}-METAMORPH-${run.stats.metamorph + 1}`;
        if (input) await storeInput(this.#dependencies.storages, run, inputKey, input);
        const driver = this.#requireRunning(run, 'become another Actor');
        const metamorph = {
            createdAt: new Date(this.#dependencies.clock.now()),
            actorId: target.actor.id,
            buildId: target.build.id,
            inputKey,
        };
        document.inputKey = inputKey;
        run.metamorphs = [...(run.metamorphs ?? []), metamorph];
        driver.metamorph(target);
        return this.#copyWithStats(document);
    }

    /** Starts the Actor of a running run anew; throws `job-finished` when it is not running. */
    async reboot(id: string): Promise<Run> {
        const document = this.#require(id);
        this.#requireRunning(document.run, 'be rebooted').reboot();
        return this.#copyWithStats(document);
    }

    /** Tells a running Actor to save its state, and starts it anew; throws `job-finished` when it is not running. */
    async migrate(id: string): Promise<Run> {
        const document = this.#require(id);
        this.#requireRunning(document.run, 'be migrated').migrate();
        return this.#copyWithStats(document);
    }

    /** Injects a failure into a run; throws `job-finished` for a run that cannot fail so. */
    async injectFailure(id: string, failure: InjectedFailure): Promise<Run> {
        const document = this.#require(id);
        const { run } = document;
        const event = toRunEvent(failure, run.options.memoryMbytes);
        const driver = this.#drivers.get(id);
        if (driver === undefined || step(run.status, event.type) === undefined) {
            throw notRunningError(run, FAILURE_VERBS[failure.type]);
        }
        driver.dispatch(event);
        return this.#copyWithStats(document);
    }

    /**
     * Lets a finished run live once more: on its storages, with a new deadline, and with the options given.
     *
     * @throws EngineError `run-not-finished`, or as a start does; then the run stays as it is.
     */
    async resurrect(id: string, options: ResurrectOptions): Promise<Run> {
        const { build, ...startOptions } = options;
        checkStartOptions(startOptions);
        await this.#waitUntilFinished(id);
        this.#assertOpen();
        const document = this.#require(id);
        const { run } = document;
        if (step(run.status, 'resurrect') === undefined) throw unfinishedError(run);
        const target = this.#findTarget(run, build);
        const paidAs = { ...target, pricing: run.pricingInfo };
        const runOptions = resolveRunOptions(mergeResurrectOptions(run, options), paidAs, this.#dependencies.settings);
        this.#dependencies.charges.reopen(run);
        this.#dependencies.faults.register(id);
        prepareResurrection(document, runOptions, target);
        this.#createDriver(document, target).dispatch({ type: 'resurrect' });
        return this.#copyWithStats(document);
    }

    /** Charges a live run for events; see {@link RunBilling.charge} for what it throws. */
    charge(id: string, options: RunChargeOptions): void {
        const { run } = this.#require(id);
        this.#dependencies.charges.charge(run, { ...options, count: options.count ?? 1 });
    }

    /** All that a run has been charged for; throws `record-not-found` when there is no such run. */
    charges(id: string): RunCharges {
        return this.#dependencies.charges.read(this.#require(id).run);
    }

    async remove(id: string): Promise<void> {
        await this.#waitUntilFinished(id);
        const { run } = this.#require(id);
        if (!isTerminal(run.status)) {
            throw new EngineError(
                'cannot-remove-running-run',
                `Run \`${id}\` is ${run.status}; only finished runs can be deleted. Abort it first.`,
            );
        }
        await removeRun(this.#dependencies, run);
    }

    /**
     * Settles what a host left behind that ended without closing its engine.
     *
     * @returns The runs that have ended with it, and do not live once more.
     */
    async recover(recovery: Recovery): Promise<Run[]> {
        const { ended, lost } = abortOrphanedRuns(this.#dependencies);
        if (recovery === 'resurrect') {
            await resurrectOrphanedRuns(lost, this.#dependencies, {
                findTarget: (run) => this.#findTarget(run),
                resurrect: ({ id }) => this.resurrect(id, {}),
            });
        }
        return ended.filter(({ id }) => !this.#drivers.has(id)).map(copyRun);
    }

    /** Starts nothing any more, and forgets those that wait for a place. */
    close(): void {
        this.#isClosed = true;
        this.#dependencies.admission.close();
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        throw new EngineError(
            'engine-closed',
            'The engine is closed, or has taken on another state, and starts no runs. Create a new engine, or ask it anew.',
        );
    }

    /** Takes back a run that was being created when the engine was closed; closed storages have lost it already. */
    async #discard(run: Run): Promise<void> {
        try {
            await removeRun(this.#dependencies, run);
        } catch (error) {
            this.#dependencies.emitter.emit('warning', {
                message: `Run \`${run.id}\` could not be taken back.`,
                error,
            });
        }
    }

    /** What a run goes on with: the Actor that it is by now, in the build that it had or in another one. */
    #findTarget(run: Run, build?: string): RunTarget {
        const last = run.metamorphs?.at(-1);
        const sameBuild = last === undefined ? run.buildNumber : this.#dependencies.targets.buildNumberOf(last.buildId);
        return this.#dependencies.targets.find(last?.actorId ?? run.actId, build ?? sameBuild);
    }

    #createDriver(document: RunDocument, target: RunTarget): RunDriver {
        const driver = new RunDriver(this.#dependencies, document, target);
        const { id } = document.run;
        this.#drivers.set(id, driver);
        const { pricingInfo } = document.run;
        if (pricingInfo) this.#dependencies.charges.monitor(document.run, (reason) => driver.abortFor(reason));
        void driver.finished.then(() => {
            // One that was resurrected at once has another driver by now.
            if (this.#drivers.get(id) !== driver) return;
            this.#drivers.delete(id);
            this.#dependencies.charges.close(id);
        });
        return driver;
    }

    /** A run whose status is terminal may still be about to end, for instance to whoever listens to its status. */
    async #waitUntilFinished(id: string): Promise<void> {
        const document = this.#dependencies.records.get(id);
        if (document && isTerminal(document.run.status)) await this.#drivers.get(id)?.finished;
    }

    #requireRunning(run: Run, what: string): RunDriver {
        const driver = this.#drivers.get(run.id);
        if (driver !== undefined && run.status === 'RUNNING') return driver;
        throw notRunningError(run, what);
    }

    #require(id: string): RunDocument {
        const document = this.#dependencies.records.get(id);
        if (document) return document;
        throw new EngineError('record-not-found', `No run has the id \`${id}\`.`, { details: { run: id } });
    }

    #copyWithStats(document: RunDocument): Run {
        const { storages, clock } = this.#dependencies;
        if (!isTerminal(document.run.status)) updateStats(document, storages, clock.now());
        return copyRun(document.run);
    }
}
