import { EngineError } from '../errors/engine-error.js';
import {
    copyRun,
    type RunDocument,
    type LastRunQuery,
    type RunQuery,
    type RunInput,
} from '../model/api/run-document.js';
import { isTerminal } from '../model/api/status.js';
import { checkFlag, checkOptions, checkString } from '../util/check.js';
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
import type { RunUpdate } from '../model/client/run.js';
import type { ResurrectOptions, Run, RunCause, StartOptions } from '../model/api/run.js';
import type { Page } from '../model/api/page.js';
import type { UsageRecorder } from '../storage/storage-metadata.js';
import type { RunTarget } from './interfaces.js';
import type { RunDependencies } from './dependencies.js';

/** Starts runs and performs the operations on them. Returns copies. */
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

    /** Returns the stored record without a copy. Read it immediately; its stats may be out of date. */
    peek(id: string): Readonly<Run> | undefined {
        return this.#dependencies.records.get(id)?.run;
    }

    /** Returns one page of runs. The stats of live runs may be out of date. */
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

    /** Returns the runs started by the Actor of a run, oldest first. */
    startedBy(id: string): Run[] {
        return this.#dependencies.records.startedBy(id).map((document) => this.#copyWithStats(document));
    }

    /** Creates the recorder of a run's storage usage. */
    createUsageRecorder(id: string): UsageRecorder {
        return createUsageRecorder(this.#require(id).run);
    }

    /** Returns the ids of the runs that have not ended. */
    liveIds(): string[] {
        return [...this.#drivers.keys()];
    }

    /** True if a live run may still read the files of a build. */
    usesBuild(buildId: string): boolean {
        const runs = this.liveIds().flatMap((id) => this.peek(id) ?? []);
        return runs.some(({ buildId: own, metamorphs = [] }) =>
            [own, ...metamorphs.map((m) => m.buildId)].includes(buildId),
        );
    }

    /**
     * Starts a run. Validates the input against the Actor's input schema and fills in defaults.
     *
     * @throws EngineError `invalid-input`, or the error of an invalid option; then nothing is created.
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
        const newRun = { target, options, runOptions, cause, input: prepared, applySeed, attachWebhooks };
        const document = await createRun(dependencies, newRun);
        if (this.#isClosed) await this.#discard(document.run);
        this.#assertOpen();
        this.#announceAndEnqueue(document, newRun);
        const waitSecs = Math.min(options.waitForFinish ?? 0, MAX_WAIT_FOR_FINISH_SECS);
        return waitSecs === 0 ? copyRun(document.run) : this.waitForFinish(document.run.id, waitSecs * 1000);
    }

    /** Emits `run.created` and enqueues the run. */
    #announceAndEnqueue(document: RunDocument, newRun: NewRun): void {
        const { target, options, cause } = newRun;
        const { embedderOptions, origin } = cause;
        const { faults, networks, emitter, clock } = this.#dependencies;
        const { id } = document.run;
        faults.register(id, options.faults);
        if (embedderOptions?.network !== undefined) networks.setHandler(id, embedderOptions.network);
        const driver = this.#createDriver(document, target);
        this.#dependencies.countRun(document.run);
        emitter.emit('run.created', { run: copyRun(document.run) });
        driver.enqueue(newRun.input);
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
        // The record at the end of the run: it may have been resurrected since.
        const finishedRun = driver && (await waitWithTimeout(driver.finished, { clock, waitMillis, signal }));
        return finishedRun === undefined ? this.#copyWithStats(this.#require(id)) : copyRun(finishedRun);
    }

    /** @param callerId - Id of the run whose Actor makes the change: its secrets are redacted, too. */
    update(id: string, fields: RunUpdate, callerId: string = id): Run {
        const document = this.#require(id);
        const { run } = document;
        checkOptions('fields', fields, ['statusMessage', 'isStatusMessageTerminal', 'generalAccess', 'level']);
        const { statusMessage, isStatusMessageTerminal, generalAccess } = fields;
        checkString('fields.statusMessage', statusMessage);
        checkFlag('fields.isStatusMessageTerminal', isStatusMessageTerminal);
        if (generalAccess) run.generalAccess = generalAccess;
        if (isStatusMessageTerminal !== undefined) run.isStatusMessageTerminal = isStatusMessageTerminal;
        const redact = (text: string, runId: string): string => this.#drivers.get(runId)?.redact(text) ?? text;
        const message = statusMessage && redact(redact(statusMessage, id), callerId);
        if (message !== undefined) run.statusMessage = message;
        this.#dependencies.records.save(document);
        if (message !== undefined)
            this.#dependencies.emitter.emit('run.status-message', { run: copyRun(run), statusMessage: message });
        return this.#copyWithStats(document);
    }

    /**
     * Continues the run as another Actor with its own input, on the same storages and with the same deadline.
     *
     * @throws EngineError `job-finished` if it is not running, `max-metamorphs-exceeded`, `metamorph-forbidden`,
     * `actor-not-found`, `unknown-build-tag` or `invalid-input`; then the run continues unchanged.
     */
    async metamorph(
        id: string,
        actorId: string,
        newInput: RunInput | undefined,
        build: string | undefined,
    ): Promise<Run> {
        const document = this.#require(id);
        const { run } = document;
        this.#requireRunning(run, 'metamorph');
        checkMetamorph(document);
        const target = await this.#dependencies.targets.resolve(actorId, build);
        checkMetamorphTarget(target);
        const input = target.input ? await target.input.prepare(newInput, run.userId) : newInput;
        await target.resolveRunnable();
        const inputKey = `${INPUT_KEY}-METAMORPH-${run.stats.metamorph + 1}`;
        if (input) await storeInput(this.#dependencies.storages, run, inputKey, input);
        const driver = this.#requireRunning(run, 'metamorph');
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

    /** Restarts the Actor of a running run. Throws `job-finished` if it is not running. */
    async reboot(id: string): Promise<Run> {
        const document = this.#require(id);
        this.#requireRunning(document.run, 'be rebooted').reboot();
        return this.#copyWithStats(document);
    }

    /** Asks a running Actor to save its state, and restarts it. Throws `job-finished` if it is not running. */
    async migrate(id: string): Promise<Run> {
        const document = this.#require(id);
        this.#requireRunning(document.run, 'be migrated').migrate();
        return this.#copyWithStats(document);
    }

    /** Injects a failure into a run (for tests). Throws `job-finished` if its status does not allow this failure. */
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
     * Resurrects a finished run: on its storages, with a fresh timeout and the given options.
     *
     * @throws EngineError `run-not-finished`, or the error of an invalid option; then the run does not change.
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

    /** Charges a live run for events. Throws as {@link RunBilling.charge}. */
    charge(id: string, options: RunChargeOptions): void {
        const { run } = this.#require(id);
        this.#dependencies.charges.charge(run, { ...options, count: options.count ?? 1 });
    }

    /** Returns all charges of a run. Throws `record-not-found` if the run does not exist. */
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
     * Aborts or resurrects the runs of a host that ended without closing its engine.
     *
     * @returns The aborted runs.
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

    /** Rejects further starts and clears the admission queue. */
    close(): void {
        this.#isClosed = true;
        this.#dependencies.admission.close();
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        throw new EngineError(
            'engine-closed',
            'The engine was closed or restored to another state, so no run was started. Create a new engine, or repeat the call.',
        );
    }

    /** Removes a run that was being created when the engine closed. Storages that are closed have already lost it. */
    async #discard(run: Run): Promise<void> {
        try {
            await removeRun(this.#dependencies, run);
        } catch (error) {
            this.#dependencies.emitter.emit('warning', {
                message: `Run \`${run.id}\` could not be removed.`,
                error,
            });
        }
    }

    /** Finds what a resurrected run executes: its Actor after the last metamorph, in the same or the given build. */
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
            // A run that was resurrected immediately has a new driver.
            if (this.#drivers.get(id) !== driver) return;
            this.#drivers.delete(id);
            this.#dependencies.charges.close(id);
        });
        return driver;
    }

    /** Waits until a run with a terminal status is finished: listeners to the status change run before that. */
    async #waitUntilFinished(id: string): Promise<void> {
        const document = this.#dependencies.records.get(id);
        if (document && isTerminal(document.run.status)) await this.#drivers.get(id)?.finished;
    }

    #requireRunning(run: Run, verb: string): RunDriver {
        const driver = this.#drivers.get(run.id);
        if (driver !== undefined && run.status === 'RUNNING') return driver;
        throw notRunningError(run, verb);
    }

    #require(id: string): RunDocument {
        const document = this.#dependencies.records.get(id);
        if (document) return document;
        throw new EngineError('record-not-found', `Run \`${id}\` does not exist. It may have been deleted.`, {
            details: { run: id },
        });
    }

    #copyWithStats(document: RunDocument): Run {
        const { storages, clock } = this.#dependencies;
        if (!isTerminal(document.run.status)) updateStats(document, storages, clock.now());
        return copyRun(document.run);
    }
}
