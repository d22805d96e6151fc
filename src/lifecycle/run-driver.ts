import { deserializeError, serializeError } from '../errors/serialize.js';
import { isTerminal, type JobStatus } from '../model/status.js';
import { copyRun, type RunDocument } from '../model/run-document.js';
import { assertNever } from '../util/assert-never.js';
import { endBy, type Blow } from './blow.js';
import { Deadlines } from './deadlines.js';
import { debugOf, INLINE_DEBUG_NOTE } from './debug.js';
import { describeEnd, describeRunEnd, isWell, unloggedError } from './end-message.js';
import { runEnvironment } from './environment.js';
import { chooseIsolation } from './isolation.js';
import { Restarts } from './restarts.js';
import { hostOfRun } from './run-host.js';
import { findRunSecrets } from './run-secrets.js';
import { settleStats } from './run-stats.js';
import { step, type Effect, type Happening } from './status-machine.js';
import { UsageMeter } from './usage-meter.js';
import type { Execution, ExecutionEnd } from '../executor/executor.js';
import type { Run } from '../model/run.js';
import type { DebugSettings, Isolation } from '../model/execution.js';
import type { Foresight } from '../protocol/foresight.js';
import type { SystemEvent } from '../protocol/messages.js';
import type { CancelTimer } from '../util/clock.js';
import type { LifecycleParts, RunLogWriter, StartTarget } from './parts.js';
import type { RunFaults } from './run-faults.js';

/**
 * Drives one run through its life: takes one happening at a time, asks the table where it leads, keeps the record,
 * announces, then acts. A happening that the table refuses came too late and changes nothing.
 */
export class RunDriver {
    /** Settles with the run once its status is terminal. */
    readonly finished: Promise<Run>;
    readonly #parts: LifecycleParts;
    readonly #document: RunDocument;
    #target: StartTarget;
    readonly #log: RunLogWriter;
    readonly #deadlines: Deadlines;
    readonly #meter: UsageMeter;
    readonly #restarts = new Restarts();
    readonly #mailbox: Happening[] = [];
    #isEmptyingMailbox = false;
    #execution: Execution | undefined;
    #hasStarted = false;
    #isKillAsked = false;
    #isRestartAsked = false;
    /** How the Actor has ended, if it is killed in order to end so. */
    #askedEnd: ExecutionEnd | undefined;
    #isMigrating = false;
    #cancelMigration: CancelTimer = () => {};
    #timeoutAt: Date | undefined;
    #end: ExecutionEnd | undefined;
    #abortReason = 'Actor was aborted';
    #announceEnd: (run: Run) => void = () => {};

    constructor(parts: LifecycleParts, document: RunDocument, target: StartTarget) {
        this.#parts = parts;
        this.#document = document;
        this.#target = target;
        this.#meter = new UsageMeter(document.run.stats);
        this.#log = parts.logs.open(document.run.id);
        this.#deadlines = new Deadlines(parts.clock, {
            warn: (millisLeft) => this.#warn(millisLeft / 1000),
            pass: () => this.happen({ type: 'deadline-passed' }),
            graceOver: () => this.happen({ type: 'grace-over' }),
        });
        this.finished = new Promise((resolve) => {
            this.#announceEnd = resolve;
        });
    }

    /** Asks for a place among the runs that run. */
    enter(): void {
        const { run } = this.#document;
        this.#parts.admission.enter(run.id, run.options.memoryMbytes, () => this.happen({ type: 'admitted' }));
    }

    /** Starts the Actor anew, on the same storages; as another one, if there is a target. Only a running one. */
    restart(target?: StartTarget): void {
        const { stats, status } = this.#document.run;
        if (status !== 'RUNNING') return;
        this.#target = target ?? this.#target;
        if (target !== undefined) stats.metamorph += 1;
        else if (this.#isMigrating) stats.migrationCount += 1;
        else stats.rebootCount += 1;
        this.#endMigration();
        // Before the thread is ended: a host that dies in between must find the run as what it is to be.
        this.#orWarn('write its record to disk', () => this.#parts.runs.save(this.#document));
        this.happen({ type: 'restart-asked' });
    }

    /**
     * Tells the Actor that it is to go on elsewhere. It starts anew as soon as it says that it is ready, by asking for a
     * reboot, or when its time is over.
     */
    migrate(): void {
        if (this.#isMigrating) return;
        const graceSecs = this.#parts.settings.abortGraceSecs;
        this.#isMigrating = true;
        this.#log.note(`The run is being migrated; the Actor has ${graceSecs} s to save its state.`);
        this.#send({ name: 'migrating', timeRemainingSecs: graceSecs });
        this.#cancelMigration = this.#parts.clock.after(graceSecs * 1000, () => this.restart());
    }

    /** Aborts the run gracefully, for a reason that its log and its status message tell. */
    abortFor(reason: string): void {
        const { status } = this.#document.run;
        if (status !== 'READY' && status !== 'RUNNING') return;
        this.#abortReason = reason;
        this.#log.note(reason);
        this.happen({ type: 'graceful-abort-asked' });
    }

    /** Lets a blow of a test fall. */
    strike(blow: Blow): void {
        // One that is being killed already dies of that.
        if (!this.#isKillAsked) this.#askedEnd ??= endBy(blow, this.#document.run.options.memoryMbytes);
        this.happen({ type: blow.type === 'timeout' ? 'deadline-passed' : 'failure-asked' });
    }

    get #faults(): RunFaults | undefined {
        return this.#parts.faults.of(this.#document.run.id);
    }

    #endMigration(): void {
        this.#isMigrating = false;
        this.#cancelMigration();
    }

    /** Takes in what happened; returns once it and all that it led to has been dealt with. */
    happen(happening: Happening): void {
        this.#mailbox.push(happening);
        if (this.#isEmptyingMailbox) return;
        this.#isEmptyingMailbox = true;
        try {
            for (let next = this.#mailbox.shift(); next; next = this.#mailbox.shift()) this.#handle(next);
        } finally {
            this.#isEmptyingMailbox = false;
        }
    }

    #handle(happening: Happening): void {
        const { run } = this.#document;
        const next = step(run.status, happening);
        if (!next.ok) return;
        if (next.status !== run.status) this.#change(run, next.status);
        for (const effect of next.effects) this.#perform(effect);
    }

    #change(run: Run, status: JobStatus): void {
        const previousStatus = run.status;
        run.status = status;
        if (previousStatus === 'READY') this.#document.runningSince = this.#parts.clock.now();
        if (isTerminal(status)) this.#orWarn('settle its figures', () => this.#close(run));
        this.#orWarn('write its record to disk', () => this.#parts.runs.save(this.#document));
        this.#parts.emit('run.status-changed', { run: copyRun(run), previousStatus });
    }

    /** What happens to a run happens, also when the disk does not take it: nobody is there to catch an error. */
    #orWarn(what: string, work: () => void): void {
        try {
            work();
        } catch (error) {
            const message = `Run \`${this.#document.run.id}\` could not ${what}.`;
            this.#parts.emit('warning', { message, error });
        }
    }

    #perform(effect: Effect): void {
        const { settings } = this.#parts;
        switch (effect.type) {
            case 'launch':
                this.#armTimeout();
                void this.#launch();
                break;
            case 'restart':
                this.#isRestartAsked = true;
                this.#execution?.kill();
                break;
            case 'fail':
                this.#execution?.kill();
                break;
            case 'enter':
                this.enter();
                break;
            case 'call-to-stop':
                this.#callToStop(effect.reason);
                break;
            case 'extend-grace':
                this.#log.note('The run is being aborted.');
                this.#deadlines.armGrace(settings.abortGraceSecs);
                break;
            case 'kill':
                this.#deadlines.disarm();
                this.#isKillAsked = true;
                this.#execution?.kill();
                break;
            case 'finish':
                this.#finish();
                break;
            default:
                assertNever(effect);
        }
    }

    /** The time of a run begins when it is let in, not while it waits as READY. */
    #armTimeout(): void {
        // Whoever looks at a run step by step must not be hurried.
        const timeoutSecs = this.#debug ? 0 : this.#document.run.options.timeoutSecs;
        this.#deadlines.armTimeout(timeoutSecs);
        this.#timeoutAt = timeoutSecs === 0 ? undefined : new Date(this.#parts.clock.now() + timeoutSecs * 1000);
    }

    get #debug(): DebugSettings | undefined {
        return debugOf(this.#document, this.#parts.settings);
    }

    async #launch(): Promise<void> {
        const { run } = this.#document;
        let end: ExecutionEnd;
        do {
            this.#isRestartAsked = false;
            this.#askedEnd = undefined;
            this.#execution = undefined;
            this.#meter.begin();
            end = await this.#execute().catch((error: unknown): ExecutionEnd => {
                return { type: 'exited', exitCode: 1, crash: { phase: 'loading', error: serializeError(error) } };
            });
            if (end.type === 'killed') end = this.#askedEnd ?? end;
            this.#letGo();
        } while (run.status === 'RUNNING' && (this.#isRestartAsked || this.#isToTryAgain(end)));
        this.#end = end;
        this.#logEnd(end);
        this.happen({ type: isWell(end) ? 'exited-well' : 'exited-badly' });
    }

    /** Whether an Actor that has failed is to be started anew, as the run asks for; counts it if it is. */
    #isToTryAgain(end: ExecutionEnd): boolean {
        const { run } = this.#document;
        if (isWell(end) || run.options.restartOnError !== true) return false;
        if (!this.#restarts.take(this.#parts.clock.now())) return false;
        this.#logEnd(end);
        const { message } = describeEnd(end, run.options.memoryMbytes);
        this.#log.note(`${message} It is started anew, because the run is to be restarted on error.`);
        run.stats.restartCount += 1;
        this.#orWarn('write its record to disk', () => this.#parts.runs.save(this.#document));
        return true;
    }

    /** Takes back what the thread has had: another one, or nobody, has it from now on. */
    #letGo(): void {
        const { id, defaultDatasetId } = this.#document.run;
        this.#faults?.hangUp();
        const dataset = this.#parts.storages.datasets.findTouched(defaultDatasetId);
        this.#orWarn('take in its last items', () => dataset?.endLease());
        this.#orWarn('end its locks on requests', () => this.#parts.releaseLocks(id));
    }

    async #execute(): Promise<ExecutionEnd> {
        const runnable = await this.#target.resolveRunnable();
        const [document, target] = [this.#document, this.#target];
        const secrets = await findRunSecrets(this.#parts, { document, target, runnable });
        const isolation = chooseIsolation(this.#document.isolation, this.#target, this.#parts.settings);
        const [executor, foresight] = await Promise.all([
            this.#parts.findExecutor(isolation),
            this.#foresee(isolation),
        ]);
        if (this.#isKillAsked || this.#isRestartAsked || this.#askedEnd) return { type: 'killed' };
        this.#log.hide(secrets.texts);
        const { run } = this.#document;
        const { outside, networks } = this.#parts;
        // The last word of an Actor that is started anew was not the last one.
        if (this.#hasStarted) delete run.isStatusMessageTerminal;
        this.#hasStarted = true;
        if (this.#debug && isolation === 'inline') this.#log.note(INLINE_DEBUG_NOTE);
        this.#execution = executor.execute({
            runId: run.id,
            runnable,
            memoryMbytes: run.options.memoryMbytes,
            foresight,
            retries: this.#faults?.retries,
            debug: this.#debug,
            env: { ...secrets.variables, ...runEnvironment(document, target, this.#timeoutAt, this.#parts) },
            childEnv: outside.variablesFor(run.id),
            network: networks.of(document),
            setupFiles: [...this.#parts.settings.setupFiles, ...(document.setupFiles ?? [])],
            terminateTimeoutSecs: this.#parts.settings.terminateTimeoutSecs,
            host: hostOfRun(this.#parts, this.#document, { log: this.#log, meter: this.#meter }),
        });
        // A call to stop may have come while the program was being looked for.
        const reason = run.status === 'ABORTING' ? 'abort' : 'timeout';
        if (run.status !== 'RUNNING') this.#send({ name: 'aborting', reason });
        return this.#execution.ended;
    }

    /** What the Actor is likely to ask for first; where its calls are to meet with faults, it has to ask. */
    async #foresee(isolation: Isolation): Promise<Foresight | undefined> {
        if (isolation === 'inline' || this.#faults) return undefined;
        const { run, inputKey } = this.#document;
        return this.#parts.foresee(run, inputKey);
    }

    #callToStop(reason: 'timeout' | 'abort'): void {
        const { abortGraceSecs, timeoutGraceSecs } = this.#parts.settings;
        const graceSecs = reason === 'abort' ? abortGraceSecs : timeoutGraceSecs;
        const why = reason === 'abort' ? 'The run is being aborted' : 'The run has reached its timeout';
        this.#log.note(`${why}; the Actor has ${graceSecs} s to end by itself.`);
        this.#deadlines.armGrace(graceSecs);
        this.#send({ name: 'aborting', reason });
    }

    /** Tells the Actor, and those who listen to its run from outside, such as what it has started. */
    #send(event: SystemEvent): void {
        this.#execution?.send(event);
        this.#parts.outside.tell(this.#document.run.id, event);
    }

    #warn(secsLeft: number): void {
        const { run } = this.#document;
        this.#log.note(`The run will reach its timeout of ${run.options.timeoutSecs} s in ${secsLeft} s.`);
        this.#parts.emit('run.timeout-warning', { run: copyRun(run), secsLeft });
    }

    #logEnd(end: ExecutionEnd): void {
        const error = unloggedError(end);
        if (error) this.#log.note(error.stack ?? deserializeError(error).message);
        if (end.type !== 'stuck') return;
        const message = `${describeEnd(end, this.#document.run.options.memoryMbytes).message} It waits in a call that cannot be interrupted.`;
        this.#log.note(message);
        this.#parts.emit('run.stuck', { run: copyRun(this.#document.run) });
        this.#parts.emit('warning', { message: `Run \`${this.#document.run.id}\`: ${message}` });
    }

    /** Writes into the record what only the end tells. */
    #close(run: Run): void {
        this.#meter.end();
        run.finishedAt = new Date(this.#parts.clock.now());
        const { exitCode, message } = describeRunEnd(run, this.#end, this.#abortReason);
        if (exitCode !== undefined) run.exitCode = exitCode;
        if (run.isStatusMessageTerminal !== true && message !== undefined) run.statusMessage = message;
        settleStats(this.#document, this.#parts.storages, run.finishedAt.getTime());
    }

    #finish(): void {
        const { run } = this.#document;
        this.#deadlines.disarm();
        this.#endMigration();
        this.#orWarn('close its log', () => this.#parts.logs.end(run.id));
        this.#parts.admission.leave(run.id);
        // Before anybody hears of it, who may resurrect it at once.
        const end = copyRun(run);
        this.#parts.emit('run.finished', { run: copyRun(end) });
        this.#announceEnd(end);
    }
}
