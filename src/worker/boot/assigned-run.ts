import { threadId } from 'node:worker_threads';
import { setChildVariables } from './child-processes.js';
import { RunCoverage } from '../coverage/run-coverage.js';
import { createCrash, warnIfLoopDrained, KILLED_EXIT_CODE } from './exit.js';
import { joinTexts } from '../channel/item-json.js';
import { DirectDatasetWriter } from '../channel/direct-dataset-writer.js';
import { HostConnection } from '../channel/host-connection.js';
import { onProbe } from '../usage/usage-probe.js';
import { captureOutput, type OutputTarget } from '../channel/output.js';
import { reportOnce } from '../network/network-guard.js';
import { startProgram, type Namespace, type Progress } from './program.js';
import { createRemoteClient } from '../channel/remote-client.js';
import type { RunContext } from '../sdk/context.js';
import { emitSystemEvent, createRunContext } from '../sdk/run-context.js';
import { hintHostVariables } from './host-variable-hints.js';
import { markLeftover } from '../guards/leftovers.js';
import { OWN_KERNEL_ID, applyRunEnvironment } from './apply-run-process-state.js';
import { UsageReporter } from '../usage/usage.js';
import type { OutputBackpressure } from '../../protocol/flow-control.js';
import type { WebRequestContext, WebRequest, WebResponse } from '../../protocol/network.js';
import type { Bridge } from '../apify-bridge/apify-bridge.js';
import type { ActorMessage, Assignment, Port, SystemEvent } from '../../protocol/messages.js';

/** The operations of a thread or process that its run needs. */
export interface RunWorker {
    /** Implements `Actor.exit()`. */
    exit: RunContext['exit'];
    /** Ends it without running more of the Actor's code. */
    terminate(exitCode: number): void;
    /** Calls a function as code of the run. */
    enter: HostConnection['enter'];
    /** Returns the run of the code that is executing, if that is known. */
    findRun(): AssignedRun | undefined;
}

/** The run that this thread or process executes, from its assignment to its last message. */
export class AssignedRun implements OutputTarget {
    readonly connection: HostConnection;
    readonly context: RunContext;
    readonly backpressure: OutputBackpressure | undefined;
    /** Connects the SDK that the Actor brings, if any. */
    bridge: Bridge | undefined;
    readonly #coverage: RunCoverage | undefined;
    readonly #usage: UsageReporter;
    readonly #flushOutput: () => void;
    readonly #progress: Progress = { state: 'loading' };
    /** Why the first connection was refused that the option `network` forbids. */
    refusal: string | undefined;
    /** Writes a line about the network to the log. */
    readonly reportNetwork = reportOnce((line) => void process.stderr.write(line));
    #isOver = false;

    constructor(
        assignment: Assignment,
        port: Port,
        backpressure: OutputBackpressure | undefined,
        { exit, terminate, enter, findRun }: RunWorker,
    ) {
        const { program, launch, env, hostVariables = '', childEnv, limitBytes, input, coverage } = assignment;
        pinMethods(port);
        this.backpressure = backpressure;
        this.connection = new HostConnection(port, input);
        this.connection.enter = enter;
        this.connection.post({ type: 'started', threadId, kernelId: OWN_KERNEL_ID });
        this.#coverage = coverage && new RunCoverage(coverage, program, this.connection);
        const emit = (event: SystemEvent): void => {
            emitSystemEvent(this.context, event);
            this.bridge?.forwardEvent(event);
        };
        const onSystemInfo = (event: SystemEvent): void => enter(() => emit(event));
        const usage = new UsageReporter(this.connection, { limitBytes, onSystemInfo, terminate });
        this.#usage = usage;
        this.#flushOutput = captureOutput(() => findRun() ?? this);
        applyRunEnvironment(launch, env);
        hintHostVariables(hostVariables, program);
        setChildVariables(() => childEnv ?? this.connection.requestChildEnv());
        this.context = createContext(this.connection, assignment, exit);
        this.connection.onSystemEvent = emit;
        this.connection.onTerminate = () => terminate(KILLED_EXIT_CODE);
        const listener = { probe: () => usage.probe(), terminate: () => this.connection.terminate() };
        onProbe(this.#coverage?.wrapListener(listener) ?? listener);
    }

    /**
     * Sends a message to the host. If coverage is collected, takes a snapshot before the Actor waits for a process
     * synchronously.
     */
    post(message: ActorMessage): void {
        if (message.type === 'child-started' && message.pid === undefined) this.#coverage?.snapshotBeforeWait();
        this.connection.post(message);
    }

    /** True until the Actor's entry has been loaded or has used the SDK. Later errors are not load errors. */
    get isLoading(): boolean {
        return ['loading', 'failed'].includes(this.#progress.state) && !this.connection.hasSentRequests;
    }

    /** True once the Actor has called `Actor.init()`. */
    get isInitialized(): boolean {
        return this.context.session.isInitialized || this.bridge?.isInitialized() === true;
    }

    /** Sends a request. A request to the API waits until the SDK that the Actor brings allows it. */
    async fetch(request: WebRequest, context: WebRequestContext, isForApi: boolean): Promise<WebResponse> {
        // Clients keep connections, and those of the API the token and the storages of the run.
        markLeftover();
        if (isForApi) await this.bridge?.beforeRequest(request);
        return this.connection.fetch(request, context, isForApi);
    }

    /** Starts the Actor. Rejects if its entry does. */
    async start(load: () => Promise<Namespace>): Promise<void> {
        await startProgram(load, this.context, this.#progress, () => this.isInitialized);
    }

    /** Logs a warning if the event loop drained before the Actor was done. */
    warnIfLoopDrained(): void {
        warnIfLoopDrained(this.context.session, this.#progress);
    }

    /**
     * Sends the last messages of the run. Only the first call has an effect.
     *
     * @param onBeforeExit - Called when none of the Actor's code runs any more.
     */
    end(exitCode: number, onBeforeExit: () => void): void {
        if (this.#isOver) return;
        this.#isOver = true;
        const steps = [
            () => onProbe(undefined),
            () => this.#coverage?.finish(),
            this.#flushOutput,
            () => this.#usage.stop(),
            () => this.#usage.report(),
            () => this.context.session.stop(),
            onBeforeExit,
        ];
        for (let index = 0; index < steps.length; index += 1) {
            try {
                steps[index]!();
            } catch {
                // The Actor has replaced something that the step needs. The last message must be sent all the same.
            }
        }
        this.connection.reportExit(exitCode, this.refusal);
    }
}

/** Keeps the methods of the port that the connection needs when the Actor replaces those of all ports. */
function pinMethods(port: Port): void {
    for (const name of ['postMessage', 'ref', 'unref'] as const)
        Object.defineProperty(port, name, { value: port[name] });
}

/** Creates the context of a run whose calls use a connection. */
function createContext(
    connection: HostConnection,
    { program, retries }: Assignment,
    exit: RunContext['exit'],
): RunContext {
    const client = createRemoteClient(connection, retries);
    const ownDatasetId = process.env['ACTOR_DEFAULT_DATASET_ID'] ?? '';
    const writer = new DirectDatasetWriter(connection, ownDatasetId);
    connection.onBeforeExit = () => writer.close();
    return createRunContext({
        client,
        async push(datasetId, texts) {
            const pushToHost = (): Promise<void> => client.dataset(datasetId).pushItems(joinTexts(texts));
            await (datasetId === ownDatasetId ? writer.push(texts, pushToHost) : pushToHost());
        },
        env: process.env,
        signal: connection.signal,
        reportFailure: (error) =>
            connection.post({ type: 'crashed', ...createCrash(error, program, false), isLogged: true }),
        write: (stream, text) => void process[stream].write(text),
        exit,
    });
}
