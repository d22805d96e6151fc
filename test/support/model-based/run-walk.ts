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
import type { RunDependencies } from '../../../src/run/dependencies.js';
import type { EngineEvents } from '../../../src/model/events.js';

const MAX_RUNS = 4;
const MAX_MEMORY_MBYTES = 1024;
const MAX_KNOWN_RUNS = 40;

/** Which status may follow which, as the platform's docs draw it. */
const FOLLOWERS: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
    READY: ['RUNNING', 'ABORTED'],
    RUNNING: ['SUCCEEDED', 'FAILED', 'TIMING-OUT', 'ABORTING'],
    'TIMING-OUT': ['TIMED-OUT', 'ABORTING'],
    ABORTING: ['ABORTED'],
    SUCCEEDED: ['READY'],
    FAILED: ['READY'],
    'TIMED-OUT': ['READY'],
    ABORTED: ['READY'],
};

/** What may be refused, and to runs of which status. */
const REFUSALS: Readonly<Record<string, (status: JobStatus) => boolean>> = {
    'job-finished': (status) => status !== 'RUNNING',
    'run-not-finished': (status) => !isTerminal(status),
    'cannot-remove-running-run': (status) => !isTerminal(status),
    'max-metamorphs-exceeded': () => true,
};

/** What the walk knows of a run from what it was told. */
interface Known {
    status: JobStatus;
    /** A message that the Actor has said to be its last. */
    lastMessage?: string;
    hasFinished: boolean;
    hasStarted: boolean;
    /** Those who want to know which statuses it comes to have. */
    watchers: Set<Set<JobStatus>>;
}

/** Does one thing after another to runs, by chance, and notes when something does not hold that always should. */
export class RunWalk {
    /** All that a walk is to come across. */
    static readonly everything: readonly string[] = [
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

    /** What did not hold. */
    readonly broken: string[] = [];
    readonly #seen = new Set<string>();
    readonly #clock = new ManualClock(Date.parse('2030-01-01T00:00:00.000Z'));
    readonly #random: () => number;
    readonly #runs: RunService;
    readonly #known = new Map<string, Known>();
    /** Those that wait to be let in, the next one first. */
    readonly #line: string[] = [];
    readonly #executions = new Set<FakeExecution>();
    readonly #pending = new Set<Promise<unknown>>();

    static async begin(seed: number): Promise<RunWalk> {
        const clock = new ManualClock();
        const storages = await Storages.open({
            backend: new MemoryBackend(),
            clock,
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
            logs: { open: () => ({ hide() {}, write() {}, note() {} }), end() {}, remove() {} },
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
            emitter: { emit: (name, event) => this.#hear(name, event) },
            targets: {
                find: (name) => targetNamed(name),
                resolve: async (name) => targetNamed(name),
                buildNumberOf: () => '0.0.1',
            },
            countRun() {},
            actorApi: {
                call: async () => undefined,
                request: () => Promise.reject(new Error('Nobody asks.')),
            },
            queueLockOwners: { release() {} },
            readSeed: async () => async () => {},
            networks: {
                resolve: () => ({ policy: 'guarded', ownAddresses: [] }),
                proxyVariables: async () => ({}),
                setHandler: () => {},
                fetch: () => Promise.reject(new Error('There is no network here.')),
            },
            external: { tokenOf: () => 'token', createVariables: () => ({}), sendEvent() {}, reportUsage() {} },
            readWebhooks: async () => () => {},
        };
        this.#runs = new RunService(parts);
    }

    /** Everything that the walk has come across. */
    get seen(): string[] {
        return [...this.#seen].toSorted();
    }

    /** Does one thing. */
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
            [() => this.#say(), 3],
            [() => this.#wait(), 2],
            [() => setImmediate(), 4],
        ]);
        await act();
        this.#checkLimits();
    }

    /** Ends all runs, and sees whether there is room for as many as at the beginning. */
    async end(): Promise<void> {
        await this.#clear();
        for (let count = 0; count < MAX_RUNS; count += 1) {
            const { id } = await this.#runs.start(
                'walker',
                undefined,
                { memory: 256 },
                { userId: 'me', origin: 'API' },
            );
            if (this.#known.get(id)?.status !== 'RUNNING') this.broken.push('there was no room for a run at the end');
        }
        await this.#clear();
    }

    /** What is still there. */
    left(): Record<'timers' | 'executions' | 'liveIds' | 'unsettled', number> {
        return {
            timers: this.#clock.pendingTimers,
            executions: this.#executions.size,
            liveIds: this.#runs.liveIds().length,
            unsettled: this.#pending.size,
        };
    }

    async #clear(): Promise<void> {
        this.#isCalm = true;
        while (this.#runs.liveIds().length > 0) {
            for (const id of this.#runs.liveIds()) await this.#runs.abort(id, false);
            await setImmediate();
            for (const execution of this.#executions) if (execution.isKilled) this.#end(execution, { type: 'killed' });
            await setImmediate();
        }
        await this.#clock.advance('1h');
    }

    #isCalm = false;

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
            // The eleventh time is one too many.
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

    #say(): void {
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
            if (run.id !== id) this.broken.push('a wait gave another run');
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
        this.#end(execution, execution.isKilled ? this.#endOfKilled() : this.#endByItself());
    }

    #endByItself(): ExitReason {
        const [end] = this.#pick<ExitReason>([
            [{ type: 'exited', exitCode: 0 }, 5],
            [{ type: 'exited', exitCode: 91 }, 2],
            [{ type: 'out-of-memory', peakBytes: 1 }, 1],
            [{ type: 'lost' }, 1],
        ]);
        this.#seen.add(end.type === 'exited' && end.exitCode === 0 ? 'exit' : 'crash');
        return end;
    }

    /** One that is killed may have ended just before, or never end. */
    #endOfKilled(): ExitReason {
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
        // Whatever an Actor has said last, when it is started anew it was not the last word.
        if (known?.hasStarted === true) known.lastMessage = undefined;
        if (known) known.hasStarted = true;
        for (const other of this.#executions) {
            if (other.runId === runId) this.broken.push(`run ${runId} was executed twice at once`);
        }
        const execution = new FakeExecution(runId);
        this.#executions.add(execution);
        return execution;
    }

    #hear<Name extends keyof EngineEvents>(name: Name, event: EngineEvents[Name]): void {
        if (name === 'warning') this.#hearWarning(event as EngineEvents['warning']);
        if (name === 'run.created') this.#hearCreated(event as EngineEvents['run.created']);
        if (name === 'run.status-changed') this.#hearStatus(event as EngineEvents['run.status-changed']);
        if (name === 'run.finished') this.#hearFinished(event as EngineEvents['run.finished']);
    }

    #hearWarning({ message }: EngineEvents['warning']): void {
        if (!message.includes('its thread was abandoned')) this.broken.push(`a warning: ${message}`);
    }

    #hearCreated({ run }: EngineEvents['run.created']): void {
        this.#known.set(run.id, { status: 'READY', hasFinished: false, hasStarted: false, watchers: new Set() });
        this.#line.push(run.id);
        this.#seen.add('READY');
    }

    #hearStatus({ run, previousStatus }: EngineEvents['run.status-changed']): void {
        const { id, status } = run;
        const known = this.#known.get(id)!;
        this.#seen.add(status);
        const tell = (what: string): void => void this.broken.push(`${previousStatus} → ${status}: ${what}`);
        if (known.status !== previousStatus) tell(`was ${known.status}`);
        if (!FOLLOWERS[previousStatus].includes(status)) tell('is no step');
        if ((run.finishedAt !== undefined) !== isTerminal(status)) tell('its finishedAt does not fit');
        if (status === 'SUCCEEDED' && run.exitCode !== 0) tell(`exit code ${run.exitCode}`);
        if (status === 'READY') {
            this.#line.push(id);
            known.hasStarted = false;
        }
        if (previousStatus === 'READY') {
            const place = this.#line.indexOf(id);
            if (status === 'RUNNING' && place !== 0) tell(`was let in before ${place} others`);
            this.#line.splice(place, 1);
        }
        if (isTerminal(previousStatus) && !known.hasFinished) tell('lives once more before it was said to have ended');
        if (isTerminal(status)) this.#hearEnd(known, run.statusMessage, tell);
        known.status = status;
        for (const statuses of known.watchers) statuses.add(status);
        known.hasFinished = false;
        if (isTerminal(status) && !this.#isCalm && this.#random() < 0.02) this.#resurrect('resurrect at once', id);
    }

    #hearEnd(known: Known, message: string | undefined, tell: (what: string) => void): void {
        if (known.lastMessage !== undefined && message !== known.lastMessage)
            tell(`the last word was lost: ${message}`);
        known.lastMessage = undefined;
    }

    #hearFinished({ run }: EngineEvents['run.finished']): void {
        const known = this.#known.get(run.id)!;
        if (!isTerminal(run.status)) this.broken.push(`a run was said to have ended as ${run.status}`);
        if (known.hasFinished) this.broken.push('a run was said to have ended twice');
        known.hasFinished = true;
        if (!this.#isCalm && this.#random() < 0.02) this.#resurrect('resurrect at once', run.id);
    }

    #checkLimits(): void {
        const inside = [...this.#known.values()].filter(({ status }) => status !== 'READY' && !isTerminal(status));
        if (inside.length > MAX_RUNS) this.broken.push(`${inside.length} runs at once`);
    }

    /** Does something to a run; what is refused must be refused with reason. */
    #onRun(act: (id: string) => Promise<unknown>, prefers: 'live' | 'finished' = 'live'): void {
        const isPicky = this.#random() < 0.7;
        const ids = [...this.#known]
            .filter(([, { status }]) => !isPicky || isTerminal(status) === (prefers === 'finished'))
            .map(([id]) => id);
        const id = ids[Math.floor(this.#random() * ids.length)];
        if (id !== undefined) this.#track(act(id), this.#known.get(id));
    }

    #track(work: Promise<unknown>, known?: Known): void {
        const statuses = new Set(known && [known.status]);
        known?.watchers.add(statuses);
        const settled = work
            .catch((error: unknown) => this.#judge(error, [...statuses]))
            .finally(() => {
                this.#pending.delete(settled);
                known?.watchers.delete(statuses);
            });
        this.#pending.add(settled);
    }

    #judge(error: unknown, statuses: readonly JobStatus[]): void {
        const code = error instanceof EngineError ? error.code : String(error);
        // It was removed, or resurrected, by an earlier step that had not come to its end.
        if (code === 'record-not-found') return;
        const mayBe = REFUSALS[code];
        if (mayBe === undefined) this.broken.push(`refused: ${code}`);
        else if (statuses.length > 0 && !statuses.some(mayBe)) this.broken.push(`${code} for ${statuses.join(', ')}`);
        else this.#seen.add(`refused: ${code}`);
    }

    /** One of them by chance, each as often as its weight says. */
    #pick<T>(choices: readonly (readonly [T, number])[]): readonly [T, number] {
        const sum = choices.reduce((total, [, weight]) => total + weight, 0);
        let rest = this.#random() * sum;
        return choices.find(([, weight]) => (rest -= weight) < 0) ?? choices[0]!;
    }
}
