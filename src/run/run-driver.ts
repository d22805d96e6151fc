import { deserializeError, serializeError } from '../errors/serialize.js';
import { isTerminal, type JobStatus } from '../model/api/status.js';
import { copyRun, type RunDocument, type RunInput } from '../model/api/run-document.js';
import { chooseDebug } from './start/debug.js';
import { addRefusal, describeExit, describeRunExit, isSuccess, unloggedError } from './exit-message.js';
import { prepareExecution } from './start/execute-run.js';
import { updateStats } from './run-stats.js';
import { step, type Effect, type Phase, type RunEvent } from './status-machine.js';
import { UsageMeter } from './billing/usage-meter.js';
import type { Execution, ExitReason } from '../protocol/execution.js';
import type { Run } from '../model/api/run.js';
import type { SystemEvent } from '../protocol/messages.js';
import { endTime, type CancelTimer } from '../util/clock.js';
import type { RunLogWriter, RunTarget } from './interfaces.js';
import type { RunDependencies } from './dependencies.js';

/** Time between the timeout warning and the deadline. For short timeouts, the warning comes after 90% of the timeout. */
const WARNING_LEAD_MILLIS = 10_000;
const WARNING_SHARE = 0.1;

/** Maximum number of restarts on error per minute, as on the platform. Stops Actors that fail immediately from restarting forever. */
const MAX_RESTARTS = 3;
const RESTART_INTERVAL_MILLIS = 60_000;

const EXIT_CODE_MASK = 0xff;

/**
 * Drives one run through its lifecycle. For each event, in order: looks up the transition, saves the record, emits the
 * status change, and performs the effect. Events without a transition came too late and change nothing.
 */
export class RunDriver {
    static readonly #effects: Readonly<Record<Effect, (driver: RunDriver, event: RunEvent) => void>> = {
        launch: (driver) => {
            driver.#armTimeout();
            void driver.#launch();
        },
        restart: (driver) => driver.#killActor('restart'),
        fail: (driver, event) => driver.#killActor('end', event.type === 'fail' ? event.exit : undefined),
        enqueue: (driver) => driver.enqueue(),
        'stop-for-timeout': (driver) => driver.#requestStop('timeout'),
        'stop-for-abort': (driver) => driver.#requestStop('abort'),
        'rearm-grace': (driver) => {
            driver.#log.note('The run is being aborted.');
            driver.#armGrace(driver.#dependencies.settings.abortGraceSecs);
        },
        kill: (driver) => {
            driver.#disarm();
            driver.#killActor('end');
        },
        finish: (driver) => driver.#finish(),
    };
    /** Resolves with the run once its status is terminal. */
    readonly finished: Promise<Run>;
    readonly #dependencies: RunDependencies;
    readonly #document: RunDocument;
    #target: RunTarget;
    readonly #log: RunLogWriter;
    readonly #meter: UsageMeter;
    /** Timers of the warning and the deadline; once the Actor was asked to stop, the timer of the grace period only. */
    #timers: CancelTimer[] = [];
    /** The deadline; undefined for a run without timeout. */
    #timeoutAt: Date | undefined;
    /** Times of the latest restarts on error, in milliseconds. */
    #restartedAt: readonly number[] = [];
    readonly #events: RunEvent[] = [];
    #isDispatching = false;
    #phase: Phase = { type: 'waiting' };
    #abortReason = 'Actor was aborted';
    #resolveFinished: (run: Run) => void = () => {};
    #input: RunInput | undefined;

    constructor(dependencies: RunDependencies, document: RunDocument, target: RunTarget) {
        this.#dependencies = dependencies;
        this.#document = document;
        this.#target = target;
        this.#meter = new UsageMeter(document.run.stats);
        // A resurrected run continues its log.
        this.#log = dependencies.logs.open(document.run.id, document.earlier === undefined);
        this.finished = new Promise((resolve) => {
            this.#resolveFinished = resolve;
        });
    }

    /**
     * Adds the run to the admission queue.
     *
     * @param input - The input, if it was just stored: a run that is admitted immediately does not read it from the store.
     */
    enqueue(input?: RunInput): void {
        const { id, options } = this.#document.run;
        this.#input = input;
        this.#dependencies.admission.enqueue(id, options.memoryMbytes, () => this.dispatch({ type: 'admitted' }));
        this.#input = undefined;
    }

    /** Restarts the Actor of a running run on the same storages. */
    reboot(): void {
        this.#restart(this.#phase.type === 'migrating' ? 'migrationCount' : 'rebootCount');
    }

    /** Continues a running run as another Actor on the same storages. */
    metamorph(target: RunTarget): void {
        this.#target = target;
        this.#restart('metamorph');
    }

    /**
     * Asks the Actor of a running run to save its state. The Actor restarts as soon as it requests a reboot, or when the grace
     * period is over. If the Actor has not started yet, the run restarts immediately.
     */
    migrate(): void {
        const phase = this.#phase;
        if (phase.type === 'migrating') return;
        if (phase.type !== 'running') return this.#restart('migrationCount');
        const graceSecs = this.#dependencies.settings.abortGraceSecs;
        this.#log.note(`The run is being migrated; the Actor has ${graceSecs} s to save its state.`);
        this.#sendEvent({ name: 'migrating', timeRemainingSecs: graceSecs });
        const cancelTimer = this.#dependencies.clock.after(graceSecs * 1000, () => this.#restart('migrationCount'));
        this.#phase = { type: 'migrating', execution: phase.execution, cancelTimer };
    }

    /** Aborts the run gracefully, with a reason for the log and the status message. */
    abortFor(reason: string): void {
        const { status } = this.#document.run;
        if (status !== 'READY' && status !== 'RUNNING') return;
        this.#abortReason = reason;
        this.#log.note(reason);
        this.dispatch({ type: 'abort-gracefully' });
    }

    /** Returns a text that leaves the run, without its secrets. */
    redact(text: string): string {
        return this.#log.redact(text);
    }

    /** Handles an event and all events that follow from it. */
    dispatch(event: RunEvent): void {
        this.#events.push(event);
        if (this.#isDispatching) return;
        this.#isDispatching = true;
        try {
            for (let next = this.#events.shift(); next; next = this.#events.shift()) this.#handle(next);
        } finally {
            this.#isDispatching = false;
        }
    }

    #restart(counter: 'metamorph' | 'migrationCount' | 'rebootCount'): void {
        const { stats, status } = this.#document.run;
        if (status !== 'RUNNING') return;
        stats[counter] += 1;
        // Before the thread ends: if the host dies in between, recovery must see the new state of the run.
        this.#save();
        this.dispatch({ type: 'restart' });
    }

    #handle(event: RunEvent): void {
        const { run } = this.#document;
        const next = step(run.status, event.type);
        if (next === undefined) return;
        if (next.status !== run.status) this.#changeStatus(run, next.status);
        RunDriver.#effects[next.effect](this, event);
    }

    #changeStatus(run: Run, status: JobStatus): void {
        const previousStatus = run.status;
        run.status = status;
        if (previousStatus === 'READY') this.#document.runningSince = this.#dependencies.clock.now();
        if (isTerminal(status)) this.#warnOnFailure('compute its final stats', () => this.#finalizeRecord(run));
        this.#save();
        this.#dependencies.emitter.emit('run.status-changed', { run: copyRun(run), previousStatus });
    }

    #save(): void {
        this.#warnOnFailure('write its record to disk', () => this.#dependencies.records.save(this.#document));
    }

    /** Emits a warning if the work throws: no caller could handle the error, and the run continues. */
    #warnOnFailure(description: string, work: () => void): void {
        try {
            work();
        } catch (error) {
            const message = `Run \`${this.#document.run.id}\` could not ${description}.`;
            this.#dependencies.emitter.emit('warning', { message, error });
        }
    }

    /** Starts the timeout. It counts from admission, not from creation. A timeout of 0 means no limit. */
    #armTimeout(): void {
        const { timeoutSecs } = this.#document.run.options;
        // A debugger may pause the Actor for any time.
        if (timeoutSecs === 0 || chooseDebug(this.#document, this.#dependencies.settings) !== undefined) return;
        const { clock } = this.#dependencies;
        const millis = timeoutSecs * 1000;
        const lead = Math.min(WARNING_LEAD_MILLIS, millis * WARNING_SHARE);
        this.#timeoutAt = new Date(clock.now() + millis);
        this.#timers = [
            clock.after(millis - lead, () => this.#warnOfTimeout(lead / 1000)),
            clock.after(millis, () => this.dispatch({ type: 'deadline-passed' })),
        ];
    }

    #armGrace(graceSecs: number): void {
        this.#disarm();
        this.#timers = [this.#dependencies.clock.after(graceSecs * 1000, () => this.dispatch({ type: 'grace-over' }))];
    }

    #disarm(): void {
        for (const cancel of this.#timers) cancel();
        this.#timers = [];
    }

    async #launch(): Promise<void> {
        let isRestart = false;
        let exit: ExitReason;
        do {
            exit = await this.#runActor(isRestart);
            isRestart ||= this.#execution !== undefined;
        } while (this.#shouldRestart(exit));
        this.#phase = { type: 'ended', exit };
        this.#logExit(exit);
        this.dispatch({ type: isSuccess(exit) ? 'exit-success' : 'exit-failure' });
    }

    async #runActor(isRestart: boolean): Promise<ExitReason> {
        this.#phase = { type: 'starting' };
        if (isRestart) this.#meter.begin();
        const exit = await this.#execute(isRestart).catch((error: unknown): ExitReason => {
            return { type: 'exited', exitCode: 1, crash: { phase: 'loading', error: serializeError(error) } };
        });
        this.#cancelMigration();
        this.#releaseResources();
        return this.#recordedExit(exit);
    }

    /**
     * An injected failure kills the Actor; its own exit reason replaces that of the kill. Exit codes are masked to 0–255, as
     * the system does.
     */
    #recordedExit(observed: ExitReason): ExitReason {
        const phase = this.#phase;
        const exit = observed.type === 'killed' && phase.type === 'stopping' ? (phase.exit ?? observed) : observed;
        return exit.type === 'exited' ? { ...exit, exitCode: exit.exitCode & EXIT_CODE_MASK } : exit;
    }

    get #execution(): Execution | undefined {
        return 'execution' in this.#phase ? this.#phase.execution : undefined;
    }

    async #execute(isRestart: boolean): Promise<ExitReason> {
        const { executor, request } = await prepareExecution(this.#dependencies, {
            document: this.#document,
            target: this.#target,
            log: this.#log,
            meter: this.#meter,
            timeoutAt: this.#timeoutAt,
            input: this.#input,
        });
        if (this.#phase.type !== 'starting') return { type: 'killed' };
        // The terminal status message of the previous start does not apply to the restarted Actor.
        if (isRestart) delete this.#document.run.isStatusMessageTerminal;
        const execution = executor.execute(request);
        this.#phase = { type: 'running', execution };
        const { status } = this.#document.run;
        // The request to stop may have come while the program was being resolved.
        if (status !== 'RUNNING')
            this.#sendEvent({ name: 'aborting', reason: status === 'ABORTING' ? 'abort' : 'timeout' });
        return execution.ended;
    }

    #shouldRestart(exit: ExitReason): boolean {
        const phase = this.#phase;
        if (this.#document.run.status !== 'RUNNING') return false;
        return (phase.type === 'stopping' && phase.next === 'restart') || this.#shouldRestartOnError(exit);
    }

    /** True if the Actor failed and the run's `restartOnError` option restarts it. Counts and logs the restart. */
    #shouldRestartOnError(exit: ExitReason): boolean {
        const { run } = this.#document;
        if (isSuccess(exit) || run.options.restartOnError !== true) return false;
        const now = this.#dependencies.clock.now();
        const recent = this.#restartedAt.filter((time) => now - time < RESTART_INTERVAL_MILLIS);
        if (recent.length >= MAX_RESTARTS) return false;
        this.#restartedAt = [...recent, now];
        this.#logExit(exit);
        const { message } = describeExit(exit, run.options.memoryMbytes);
        this.#log.note(`${message.replace(/\.$/, '')}. Restarting the Actor (restartOnError).`);
        run.stats.restartCount += 1;
        this.#save();
        return true;
    }

    /** Kills the Actor. If it is already being killed, the recorded exit does not change; only a restart replaces `next`. */
    #killActor(next: 'end' | 'restart', exit?: ExitReason): void {
        const phase = this.#phase;
        if (phase.type === 'stopping') {
            if (next === 'restart') this.#phase = { ...phase, next };
            return;
        }
        this.#cancelMigration();
        const execution = this.#execution;
        this.#phase = { type: 'stopping', execution, next, exit };
        execution?.kill();
    }

    #cancelMigration(): void {
        const phase = this.#phase;
        if (phase.type !== 'migrating') return;
        phase.cancelTimer();
        this.#phase = { type: 'running', execution: phase.execution };
    }

    /** Releases the resources of an Actor that ended, before the next start of the run uses them. */
    #releaseResources(): void {
        const { id, defaultDatasetId } = this.#document.run;
        const { faults, storages, queueLockOwners } = this.#dependencies;
        faults.get(id)?.releaseWaiters();
        this.#warnOnFailure('ingest its last items', () =>
            storages.datasets.findUsed(defaultDatasetId)?.revokeDirectWrites(),
        );
        this.#warnOnFailure('release its request locks', () => queueLockOwners.release(id));
    }

    #requestStop(reason: 'timeout' | 'abort'): void {
        const graceSecs = this.#dependencies.settings[`${reason}GraceSecs`];
        const cause = reason === 'abort' ? 'The run is being aborted' : 'The run has reached its timeout';
        this.#log.note(`${cause}; the Actor has ${graceSecs} s to stop.`);
        this.#armGrace(graceSecs);
        this.#sendEvent({ name: 'aborting', reason });
    }

    /** Sends an event to the Actor and to external listeners, such as the processes it started. */
    #sendEvent(event: SystemEvent): void {
        this.#execution?.send(event);
        this.#dependencies.external.sendEvent(this.#document.run.id, event);
    }

    #warnOfTimeout(secsLeft: number): void {
        const { run } = this.#document;
        this.#log.note(`The run will reach its timeout of ${run.options.timeoutSecs} s in ${secsLeft} s.`);
        this.#dependencies.emitter.emit('run.timeout-warning', { run: copyRun(run), secsLeft });
    }

    #logExit(exit: ExitReason): void {
        const { run } = this.#document;
        const error = unloggedError(exit);
        if (error) this.#log.note(error.stack ?? deserializeError(error).message);
        if (exit.type !== 'stuck') return;
        const message = `${describeExit(exit, run.options.memoryMbytes).message} It is blocked in a call that cannot be interrupted.`;
        this.#log.note(message);
        this.#dependencies.emitter.emit('run.stuck', { run: copyRun(run) });
        this.#dependencies.emitter.emit('warning', { message: `Run \`${run.id}\`: ${message}` });
    }

    /** Sets the fields of the record that only a finished run has. */
    #finalizeRecord(run: Run): void {
        this.#meter.end();
        run.finishedAt = endTime(run.startedAt, this.#dependencies.clock.now());
        const exit = this.#phase.type === 'ended' ? this.#phase.exit : undefined;
        const { exitCode, message } = describeRunExit(run, exit, this.#abortReason);
        if (exitCode !== undefined) run.exitCode = exitCode;
        if (run.isStatusMessageTerminal !== true && message !== undefined) run.statusMessage = message;
        run.statusMessage &&= this.redact(addRefusal(run, exit) ?? '');
        updateStats(this.#document, this.#dependencies.storages, run.finishedAt.getTime());
    }

    #finish(): void {
        const { run } = this.#document;
        this.#disarm();
        this.#warnOnFailure('close its log', () => this.#dependencies.logs.end(run.id));
        this.#dependencies.admission.release(run.id);
        // Copied before the event, because a listener may resurrect the run immediately.
        const end = copyRun(run);
        this.#dependencies.emitter.emit('run.finished', { run: copyRun(end) });
        this.#resolveFinished(end);
    }
}
