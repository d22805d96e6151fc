import { threadId } from 'node:worker_threads';
import { setChildVariables } from './child-processes.js';
import { RunCoverage } from '../coverage/run-coverage.js';
import { crashOf, warnIfLoopDrained, KILLED_EXIT_CODE } from './exit.js';
import { joinTexts } from '../channel/item-json.js';
import { DirectDatasetWriter } from '../channel/direct-dataset-writer.js';
import { HostConnection, type MessageSink } from '../channel/host-connection.js';
import { onProbe } from '../usage/usage-probe.js';
import { captureOutput } from '../channel/output.js';
import { startProgram, type Namespace, type Progress } from './program.js';
import { createRemoteClient } from '../channel/remote-client.js';
import { setContextSource, type RunContext } from '../sdk/context.js';
import { emitSystemEvent, createRunContext } from '../sdk/run-context.js';
import { OWN_KERNEL_ID, applyRunEnvironment } from './apply-run-process-state.js';
import { Usage } from '../usage/usage.js';
import type { OutputBackpressure } from '../../protocol/flow-control.js';
import type { WebRequestContext, WebRequest, WebResponse } from '../../protocol/network.js';
import type { Bridge } from '../apify-bridge/apify-bridge.js';
import type { ActorMessage, Assignment, Port, SystemEvent } from '../../protocol/messages.js';

/** What the end of a run does to its thread or process. */
export interface RunExits {
    /** As `Actor.exit()`. */
    exit: RunContext['exit'];
    /** Ends it without another step of the Actor's code. */
    endAtOnce(exitCode: number): void;
}

/** The run that this thread or process works for, from its assignment to its last message. */
export class AssignedRun implements MessageSink {
    readonly link: HostConnection;
    readonly context: RunContext;
    /** Joins the SDK that the Actor brings, if it brings one. */
    bridge: Bridge | undefined;
    readonly #covered: RunCoverage | undefined;
    readonly #usage: Usage;
    readonly #flushOutput: () => void;
    readonly #progress: Progress = { state: 'loading' };
    #isOver = false;

    constructor(
        assignment: Assignment,
        port: Port,
        gate: OutputBackpressure | undefined,
        { exit, endAtOnce }: RunExits,
    ) {
        const { program, env, childEnv, limitBytes, input, coverage } = assignment;
        this.link = new HostConnection(port, input);
        this.link.post({ type: 'started', threadId, kernelId: OWN_KERNEL_ID });
        this.#covered = coverage && new RunCoverage(coverage, program, this.link);
        const tell = (event: SystemEvent): void => {
            emitSystemEvent(this.context, event);
            this.bridge?.announce(event);
        };
        const usage = new Usage(this.link, { limitBytes, tell, end: endAtOnce });
        this.#usage = usage;
        this.#flushOutput = captureOutput(this.link, gate);
        applyRunEnvironment(program, env);
        setChildVariables(childEnv);
        this.context = createContext(this.link, assignment, exit);
        this.link.onSystemEvent = tell;
        this.link.onEnd = () => endAtOnce(KILLED_EXIT_CODE);
        const listener = { look: () => usage.look(), end: () => this.link.end() };
        onProbe(this.#covered?.around(listener) ?? listener);
    }

    /** Sends a message to the host; where the run is covered, a snapshot is taken before the Actor waits for a process. */
    post(message: ActorMessage): void {
        if (message.type === 'child-started' && message.pid === undefined) this.#covered?.snapshotBeforeWait();
        this.link.post(message);
    }

    /** True until the Actor's entry has been loaded, or has begun to work. What throws after that is no failure to load. */
    get isLoading(): boolean {
        return ['loading', 'failed'].includes(this.#progress.state) && !this.link.wasUsed;
    }

    /** True once the Actor has called `Actor.init()`. */
    get isInitialized(): boolean {
        return this.context.session.isInitialized || this.bridge?.isInitialized() === true;
    }

    /** Sends a request; one for the API as soon as the SDK that the Actor brings lets it go. */
    async fetch(request: WebRequest, exchange: WebRequestContext, isForApi: boolean): Promise<WebResponse> {
        if (isForApi) await this.bridge?.beforeRequest(request);
        return this.link.fetch(request, exchange, isForApi);
    }

    /** Starts the Actor. Rejects as its entry does. */
    async start(load: () => Promise<Namespace>): Promise<void> {
        await startProgram(load, this.context, this.#progress, () => this.isInitialized);
    }

    explainDryLoop(): void {
        warnIfLoopDrained(this.context.session, this.#progress);
    }

    /**
     * Sends the last messages of the run; only the first call counts.
     *
     * @param beforeLast - Done when nothing of the Actor runs any more.
     */
    end(exitCode: number, beforeLast: () => void): void {
        if (this.#isOver) return;
        this.#isOver = true;
        onProbe(undefined);
        this.#covered?.finish();
        this.#flushOutput();
        this.#usage.stop();
        this.#usage.report();
        beforeLast();
        this.link.reportExit(exitCode);
    }
}

/** The context of a run whose calls go by a link; the SDK finds it from now on. */
function createContext(link: HostConnection, { program, retries }: Assignment, exit: RunContext['exit']): RunContext {
    const client = createRemoteClient(link, retries);
    const ownDatasetId = process.env['ACTOR_DEFAULT_DATASET_ID'] ?? '';
    const writer = new DirectDatasetWriter(link, ownDatasetId);
    link.onBeforeExit = () => writer.close();
    const context = createRunContext({
        client,
        async push(datasetId, texts) {
            const ask = (): Promise<void> => client.dataset(datasetId).pushItems(joinTexts(texts));
            await (datasetId === ownDatasetId ? writer.push(texts, ask) : ask());
        },
        env: process.env,
        signal: link.signal,
        noteFailure: (error) => link.post({ type: 'crashed', ...crashOf(error, program, false), isLogged: true }),
        write: (stream, text) => void process[stream].write(text),
        exit,
    });
    setContextSource(() => context);
    return context;
}
