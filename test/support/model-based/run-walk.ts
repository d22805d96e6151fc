import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../../../src/errors/engine-error.js';
import { Admission } from '../../../src/run/start/admission.js';
import { RunBilling } from '../../../src/run/billing/billing.js';
import { FaultRegistry } from '../../../src/run/faults/run-faults.js';
import { RunService } from '../../../src/run/run-service.js';
import { isTerminal, JOB_STATUSES, type JobStatus } from '../../../src/model/api/status.js';
import { createMemoryChargeLog } from '../../../src/records/charge-log.js';
import { createMemoryDocuments } from '../../../src/records/document-store.js';
import { RunRegistry } from '../../../src/records/runs.js';
import { MemoryBackend } from '../../../src/storage/memory/memory-backend.js';
import { Storages } from '../../../src/storage/storages.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { FakeExecution } from '../processes/fake-execution.js';
import { seededRandom } from '../arbitraries/random.js';
import { targetNamed } from '../actors/start-target.js';
import type { ExitReason } from '../../../src/protocol/execution.js';
import type { Executor } from '../../../src/execution/executor.js';
import type { InjectedFailure } from '../../../src/run/faults/injected-failure.js';
import { NO_EXTERNAL_ACCESS, NO_NETWORKS } from './no-external-access.js';
import type { RunDependencies } from '../../../src/run/dependencies.js';
import type { EngineEvents } from '../../../src/model/events.js';

const MAX_RUNS = 4;
const MAX_MEMORY_MBYTES = 1024;
const MAX_KNOWN_RUNS = 40;

/** The statuses that may follow each status, as the platform's docs show them. */
const NEXT_STATUSES: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
    READY: ['RUNNING', 'ABORTED'],
    RUNNING: ['SUCCEEDED', 'FAILED', 'TIMING-OUT', 'ABORTING'],
    'TIMING-OUT': ['TIMED-OUT', 'ABORTING'],
    ABORTING: ['ABORTED'],
    SUCCEEDED: ['READY'],
    FAILED: ['READY'],
    'TIMED-OUT': ['READY'],
    ABORTED: ['READY'],
};

/** Allowed refusals, and the statuses of runs in which they are allowed. */
const REFUSALS: Readonly<Record<string, (status: JobStatus) => boolean>> = {
    'job-finished': (status) => status !== 'RUNNING',
    'run-not-finished': (status) => !isTerminal(status),
    'cannot-remove-running-run': (status) => !isTerminal(status),
    'max-metamorphs-exceeded': () => true,
};

/** The state of a run as its events report it. */
interface Known {
    status: JobStatus;
    /** The terminal status message of the Actor. */
    lastMessage?: string;
    hasFinished: boolean;
    hasStarted: boolean;
    /** Sets that collect the statuses of the run. */
    watchers: Set<Set<JobStatus>>;
}

/** Runs random operations on runs, and collects violations of invariants. */
export class RunWalk {
    /** All states and operations that a walk must cover. */
    static readonly allSteps: readonly string[] = [
        ...JOB_STATUSES,
        'start',
        'abort',
        'abort gracefully',
        'reboot',
        'migrate',
        'metamorph',
        'resurrect',
        'resurrect at once',
        'remove',
        'message',
        'last message',
        'wait',
        'exit',
        'crash',
        'exit of a killed one',
        'inject: timeout',
        'inject: oom',
        'inject: crash',
        'stuck',
        'time',
        ...Object.keys(REFUSALS).map((code) => `refused: ${code}`),
    ].toSorted();

    /** The violated invariants. */
    readonly violations: string[] = [];
    readonly #seen = new Set<string>();
    readonly #clock = new ManualClock(Date.parse('2030-01-01T00:00:00.000Z'));
    readonly #random: () => number;
    readonly #runs: RunService;
    readonly #known = new Map<string, Known>();
    /** Ids of the queued runs, the next one first. */
    readonly #queue: string[] = [];
    readonly #executions = new Set<FakeExecution>();
    readonly #pending = new Set<Promise<unknown>>();

    static async create(seed: number): Promise<RunWalk> {
        const storages = await Storages.open({
            backend: new MemoryBackend(),
            clock: new ManualClock(),
            users: [{ id: 'me', username: 'me' }],
        });
        return new RunWalk(seed, storages);
    }

    private constructor(seed: number, storages: Storages) {
        this.#random = seededRandom(seed);
        const executor: Executor = { execute: (request) => this.#execute(request.runId), prewarm() {} };
        const parts: RunDependencies = {
            clock: this.#clock,
            records: new RunRegistry(createMemoryDocuments()),
            storages,
            logs: { open: () => ({ hide() {}, redact: String, write() {}, note() {} }), end() {}, remove() {} },
            charges: new RunBilling({ clock: this.#clock, storages, emitter: { emit() {} } }, createMemoryChargeLog()),
            faults: new FaultRegistry(this.#clock),
            findExecutor: async () => executor,
            admission: new Admission({ maxConcurrentRuns: MAX_RUNS, maxTotalMemoryMbytes: MAX_MEMORY_MBYTES }),
            settings: {
                isolation: 'thread',
                debug: false,
                abortGraceSecs: 30,
                timeoutGraceSecs: 30,
                terminateTimeoutSecs: 5,
                maxTotalMemoryMbytes: MAX_MEMORY_MBYTES,
                env: {},
                setupFiles: [],
            },
            tokens: ['token'],
            emitter: { emit: (name, event) => this.#onEvent(name, event) },
            targets: {
                find: (name) => targetNamed(name),
                resolve: async (name) => targetNamed(name),
                buildNumberOf: () => '0.0.1',
            },
            countRun() {},
            actorApi: {
                call: async () => undefined,
                request: () => Promise.reject(new Error('Not called.')),
            },
            queueLockOwners: { release() {} },
            readSeed: async () => async () => {},
            networks: NO_NETWORKS,
            external: NO_EXTERNAL_ACCESS,
            readWebhooks: async () => () => {},
            usernameOf: () => 'user',
        };
        this.#runs = new RunService(parts);
    }

    /** All states and operations that the walk has covered. */
    get seen(): string[] {
        return [...this.#seen].toSorted();
    }

    /** Runs one random operation. */
    async step(): Promise<void> {
        const [act] = this.#pick<() => unknown>([
            [() => this.#start(), 6],
            [() => this.#endOne(), 4],
            [() => this.#advance(), 1],
            [() => this.#abort(), 4],
            [() => this.#restart(), 5],
            [() => this.#injectFailure(), 2],
            [() => this.#resurrect('resurrect'), 3],
            [() => this.#remove(), 2],
            [() => this.#setStatusMessage(), 3],
            [() => this.#wait(), 2],
            [() => setImmediate(), 4],
        ]);
        await act();
        this.#checkLimits();
    }

    /** Ends all runs, and checks that as many can start as at the beginning. */
    async end(): Promise<void> {
        await this.#clear();
        for (let count = 0; count < MAX_RUNS; count += 1) {
            const { id } = await this.#runs.start(
                'walker',
                undefined,
                { memory: 256 },
                { userId: 'me', origin: 'API' },
            );
            if (this.#known.get(id)?.status !== 'RUNNING') this.violations.push('a run could not start at the end');
        }
        await this.#clear();
    }

    /** Returns the number of resources that are still in use. */
    remaining(): Record<'timers' | 'executions' | 'liveIds' | 'unsettled', number> {
        return {
            timers: this.#clock.pendingTimers,
            executions: this.#executions.size,
            liveIds: this.#runs.liveIds().length,
            unsettled: this.#pending.size,
        };
    }

    async #clear(): Promise<void> {
        this.#isClearing = true;
        while (this.#runs.liveIds().length > 0) {
            for (const id of this.#runs.liveIds()) await this.#runs.abort(id, false);
            await setImmediate();
            for (const execution of this.#executions) if (execution.isKilled) this.#end(execution, { type: 'killed' });
            await setImmediate();
        }
        await this.#clock.advance('1h');
    }

    #isClearing = false;

    #start(): void {
        if (this.#known.size >= MAX_KNOWN_RUNS) return;
        this.#seen.add('start');
        const [memory] = this.#pick([
            [128, 2],
            [256, 2],
            [512, 1],
        ]);
        const [timeout] = this.#pick([
            [0, 1],
            [10, 2],
            [60, 2],
        ]);
        const options = { memory, timeout, restartOnError: this.#random() < 0.3 };
        this.#track(this.#runs.start('walker', undefined, options, { userId: 'me', origin: 'API' }));
    }

    #abort(): void {
        const gracefully = this.#random() < 0.5;
        this.#seen.add(gracefully ? 'abort gracefully' : 'abort');
        this.#onRun((id) => this.#runs.abort(id, gracefully));
    }

    #restart(): void {
        const [verb] = this.#pick<'reboot' | 'migrate' | 'metamorph'>([
            ['reboot', 1],
            ['migrate', 1],
            ['metamorph', 3],
        ]);
        this.#seen.add(verb);
        const times = this.#random() < 0.1 ? 11 : 1;
        this.#onRun(async (id) => {
            if (verb !== 'metamorph') await this.#runs[verb](id);
            // The eleventh time exceeds the limit.
            else for (let count = 0; count < times; count += 1) await this.#metamorph(id);
        });
    }

    #injectFailure(): void {
        const [type] = this.#pick<InjectedFailure['type']>([
            ['timeout', 1],
            ['oom', 1],
            ['crash', 1],
        ]);
        this.#seen.add(`inject: ${type}`);
        this.#onRun((id) => this.#runs.injectFailure(id, { type }));
    }

    #metamorph(id: string): Promise<unknown> {
        const input = { bytes: Buffer.from('{}'), contentType: 'application/json' };
        return this.#runs.metamorph(id, 'walker', input, undefined);
    }

    #resurrect(what: string, id?: string): void {
        this.#seen.add(what);
        const act = (runId: string): Promise<unknown> => this.#runs.resurrect(runId, { timeout: 10 });
        if (id === undefined) this.#onRun(act, 'finished');
        else this.#track(act(id));
    }

    #remove(): void {
        this.#seen.add('remove');
        this.#onRun(async (id) => {
            await this.#runs.remove(id);
            this.#known.delete(id);
        }, 'finished');
    }

    #setStatusMessage(): void {
        const isLast = this.#random() < 0.5;
        this.#seen.add(isLast ? 'last message' : 'message');
        this.#onRun(async (id) => {
            const known = this.#known.get(id)!;
            const statusMessage = `message ${this.#random()}`;
            this.#runs.update(id, { statusMessage, isStatusMessageTerminal: isLast });
            known.lastMessage = isLast && !isTerminal(known.status) ? statusMessage : undefined;
        });
    }

    #wait(): void {
        this.#seen.add('wait');
        this.#onRun(async (id) => {
            const run = await this.#runs.waitForFinish(id, 5_000 * this.#random());
            if (run.id !== id) this.violations.push('a wait returned another run');
        });
    }

    async #advance(): Promise<void> {
        this.#seen.add('time');
        await this.#clock.advance(Math.floor(this.#random() * 20_000));
    }

    #endOne(): void {
        const live = [...this.#executions];
        if (live.length === 0) return;
        const execution = live[Math.floor(this.#random() * live.length)]!;
        this.#end(execution, execution.isKilled ? this.#chooseExitOfKilled() : this.#chooseOwnExit());
    }

    #chooseOwnExit(): ExitReason {
        const [end] = this.#pick<ExitReason>([
            [{ type: 'exited', exitCode: 0 }, 5],
            [{ type: 'exited', exitCode: 91 }, 2],
            [{ type: 'out-of-memory', peakBytes: 1 }, 1],
            [{ type: 'lost' }, 1],
        ]);
        this.#seen.add(end.type === 'exited' && end.exitCode === 0 ? 'exit' : 'crash');
        return end;
    }

    /** A killed execution may have ended just before, or never end. */
    #chooseExitOfKilled(): ExitReason {
        const [end] = this.#pick<ExitReason>([
            [{ type: 'killed' }, 4],
            [{ type: 'exited', exitCode: 0 }, 1],
            [{ type: 'stuck' }, 1],
        ]);
        if (end.type === 'exited') this.#seen.add('exit of a killed one');
        if (end.type === 'stuck') this.#seen.add('stuck');
        return end;
    }

    #end(execution: FakeExecution, end: ExitReason): void {
        this.#executions.delete(execution);
        execution.end(end);
    }

    #execute(runId: string): FakeExecution {
        const known = this.#known.get(runId);
        // A restart makes the terminal message of the Actor void.
        if (known?.hasStarted === true) known.lastMessage = undefined;
        if (known) known.hasStarted = true;
        for (const other of this.#executions) {
            if (other.runId === runId) this.violations.push(`run ${runId} was executed twice at once`);
        }
        const execution = new FakeExecution(runId);
        this.#executions.add(execution);
        return execution;
    }

    #onEvent<Name extends keyof EngineEvents>(name: Name, event: EngineEvents[Name]): void {
        if (name === 'warning') this.#onWarning(event as EngineEvents['warning']);
        if (name === 'run.created') this.#onCreated(event as EngineEvents['run.created']);
        if (name === 'run.status-changed') this.#onStatusChanged(event as EngineEvents['run.status-changed']);
        if (name === 'run.finished') this.#onFinished(event as EngineEvents['run.finished']);
    }

    #onWarning({ message }: EngineEvents['warning']): void {
        if (!message.includes('its thread was abandoned')) this.violations.push(`a warning: ${message}`);
    }

    #onCreated({ run }: EngineEvents['run.created']): void {
        this.#known.set(run.id, { status: 'READY', hasFinished: false, hasStarted: false, watchers: new Set() });
        this.#queue.push(run.id);
        this.#seen.add('READY');
    }

    #onStatusChanged({ run, previousStatus }: EngineEvents['run.status-changed']): void {
        const { id, status } = run;
        const known = this.#known.get(id)!;
        this.#seen.add(status);
        const report = (text: string): void => void this.violations.push(`${previousStatus} → ${status}: ${text}`);
        if (known.status !== previousStatus) report(`was ${known.status}`);
        if (!NEXT_STATUSES[previousStatus].includes(status)) report('is not an allowed step');
        if ((run.finishedAt !== undefined) !== isTerminal(status)) report('its finishedAt does not match');
        if (status === 'SUCCEEDED' && run.exitCode !== 0) report(`exit code ${run.exitCode}`);
        if (status === 'READY') {
            this.#queue.push(id);
            known.hasStarted = false;
        }
        if (previousStatus === 'READY') {
            const position = this.#queue.indexOf(id);
            if (status === 'RUNNING' && position !== 0) report(`was admitted before ${position} others`);
            this.#queue.splice(position, 1);
        }
        if (isTerminal(previousStatus) && !known.hasFinished) report('was resurrected before its end was reported');
        if (isTerminal(status)) this.#checkLastMessage(known, run.statusMessage, report);
        known.status = status;
        for (const statuses of known.watchers) statuses.add(status);
        known.hasFinished = false;
        if (isTerminal(status) && !this.#isClearing && this.#random() < 0.02) this.#resurrect('resurrect at once', id);
    }

    #checkLastMessage(known: Known, message: string | undefined, report: (problem: string) => void): void {
        if (known.lastMessage !== undefined && message !== known.lastMessage)
            report(`the terminal message was lost: ${message}`);
        known.lastMessage = undefined;
    }

    #onFinished({ run }: EngineEvents['run.finished']): void {
        const known = this.#known.get(run.id)!;
        if (!isTerminal(run.status))
            this.violations.push(`a run was reported as finished with the status ${run.status}`);
        if (known.hasFinished) this.violations.push('a run was reported as finished twice');
        known.hasFinished = true;
        if (!this.#isClearing && this.#random() < 0.02) this.#resurrect('resurrect at once', run.id);
    }

    #checkLimits(): void {
        const active = [...this.#known.values()].filter(({ status }) => status !== 'READY' && !isTerminal(status));
        if (active.length > MAX_RUNS) this.violations.push(`${active.length} runs at once`);
    }

    /** Runs an operation on a random run. A refusal must be an allowed one. */
    #onRun(act: (id: string) => Promise<unknown>, prefers: 'live' | 'finished' = 'live'): void {
        const hasPreference = this.#random() < 0.7;
        const ids = [...this.#known]
            .filter(([, { status }]) => !hasPreference || isTerminal(status) === (prefers === 'finished'))
            .map(([id]) => id);
        const id = ids[Math.floor(this.#random() * ids.length)];
        if (id !== undefined) this.#track(act(id), this.#known.get(id));
    }

    #track(work: Promise<unknown>, known?: Known): void {
        const statuses = new Set(known && [known.status]);
        known?.watchers.add(statuses);
        const settled = work
            .catch((error: unknown) => this.#checkRefusal(error, [...statuses]))
            .finally(() => {
                this.#pending.delete(settled);
                known?.watchers.delete(statuses);
            });
        this.#pending.add(settled);
    }

    #checkRefusal(error: unknown, statuses: readonly JobStatus[]): void {
        const code = error instanceof EngineError ? error.code : String(error);
        // An earlier, unfinished operation has removed or resurrected the run.
        if (code === 'record-not-found') return;
        const isAllowed = REFUSALS[code];
        if (isAllowed === undefined) this.violations.push(`refused: ${code}`);
        else if (statuses.length > 0 && !statuses.some(isAllowed))
            this.violations.push(`${code} for ${statuses.join(', ')}`);
        else this.#seen.add(`refused: ${code}`);
    }

    /** Returns a random choice, by weight. */
    #pick<T>(choices: readonly (readonly [T, number])[]): readonly [T, number] {
        const sum = choices.reduce((total, [, weight]) => total + weight, 0);
        let rest = this.#random() * sum;
        return choices.find(([, weight]) => (rest -= weight) < 0) ?? choices[0]!;
    }
}
