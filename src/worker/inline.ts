import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';
import { EngineError } from '../errors/engine-error.js';
import { serializeError } from '../errors/serialize.js';
import { CLOUD_HOSTS, ENGINE_HOSTS } from '../protocol/api.js';
import { callFunction, reloadEntry, startProgram, type Progress } from './boot/program.js';
import { createCrash } from './boot/exit.js';
import { joinTexts } from './channel/item-json.js';
import { createNetworkGuard, reportOnce } from './network/network-guard.js';
import { closeConnections, installPerRunNetwork, type PerRunNetwork } from './network/per-run-network.js';
import { createRemoteClient } from './channel/remote-client.js';
import { patchRequire, registerSdkHooks } from './boot/sdk-hooks.js';
import { setContextSource, type RunContext } from './sdk/context.js';
import { emitSystemEvent, createRunContext } from './sdk/run-context.js';
import { exposeSdk } from './sdk/sdk.js';
import type { Execution, ExitReason, ExecutionRequest, ImportModule } from '../protocol/execution.js';
import type { RunNetwork } from '../protocol/network.js';
import type { WebRequestHandler } from './network/handle-web-request.js';
import type { CallSegment } from '../protocol/calls.js';
import type { Crash, Program } from '../protocol/messages.js';

/*
 * Runs Actors in the host's own thread, many at once. The async context of a call determines which run an SDK call
 * belongs to.
 */

const CONSOLE_METHODS = [
    ['debug', 'stdout'],
    ['error', 'stderr'],
    ['info', 'stdout'],
    ['log', 'stdout'],
    ['warn', 'stderr'],
] as const;

const runs = new AsyncLocalStorage<RunContext>();
setContextSource(() => runs.getStore());

/**
 * Runs an Actor in this thread. It shares memory and event loop with the host, and a kill only stops waiting for it.
 */
export function startInline(request: ExecutionRequest, importModule?: ImportModule): Execution {
    const { env, network, host, retries } = request;
    const abort = new AbortController();
    let isOver = false;
    let settle: (end: ExitReason) => void = () => {};
    const ended = new Promise<ExitReason>((resolve) => {
        settle = resolve;
    });
    const end = (reason: ExitReason): void => {
        isOver = true;
        handledNetwork?.end();
        settle(reason);
    };
    let crash: Crash | undefined;
    // Cloned in both directions, as between threads: later changes by the Actor must not change what is stored.
    const call = async (segments: CallSegment[]): Promise<unknown> => {
        if (isOver) throw runGoneError();
        return structuredClone(await host.call(structuredClone(segments)));
    };
    const client = createRemoteClient({ call }, retries);
    const context = createRunContext({
        client,
        env,
        signal: abort.signal,
        push: (datasetId, texts) => client.dataset(datasetId).pushItems(joinTexts(texts)),
        reportFailure(error) {
            crash = { phase: 'running', error: serializeError(error), isLogged: true };
        },
        write(stream, text) {
            if (!isOver) host.output(stream, text);
        },
        exit(exitCode) {
            end({ type: 'exited', exitCode, ...(crash && { crash }) });
            // As in a thread, code after `Actor.exit()` never runs.
            return new Promise<never>(() => {});
        },
    });
    const handledNetwork = network.policy === 'handler' ? openHandledNetwork(context, network, host) : undefined;
    patchExit();
    patchConsole();
    // Deferred, as in a thread: the Actor must not run before the run is reported as started.
    void Promise.resolve().then(async () => {
        if (!isOver) end(await runs.run(context, () => runActor(request, context, importModule)));
    });
    return {
        ended,
        send(event) {
            if (event.name === 'aborting')
                abort.abort(new DOMException(`The run is ending: ${event.reason}.`, 'AbortError'));
            runs.run(context, () => emitSystemEvent(context, event));
        },
        kill() {
            end({ type: 'killed' });
            abort.abort(new DOMException('The run has been ended.', 'AbortError'));
        },
    };
}

const networks = new WeakMap<RunContext, PerRunNetwork>();

/**
 * Routes the network requests of a run to the handler of the host. The handler runs outside of the run's async context,
 * so that its own requests are the host's.
 */
function openHandledNetwork(context: RunContext, network: RunNetwork, host: ExecutionRequest['host']): { end(): void } {
    const runEnded = new AbortController();
    const handle: WebRequestHandler = async (request, webContext, isForApi) => {
        // An inline Actor reaches the API through the SDK only.
        if (isForApi) throw new EngineError('isolation-impossible', NO_API_MESSAGE);
        runEnded.signal.throwIfAborted();
        const signal = AbortSignal.any([webContext.signal, runEnded.signal]);
        return runs.exit(() => host.fetch(request, { ...webContext, signal }));
    };
    const report = reportOnce((line) => context.write('stderr', line));
    const guard = createNetworkGuard({ ...network, apiHosts: [...ENGINE_HOSTS, ...CLOUD_HOSTS], handle, report });
    const perRun: PerRunNetwork = { guard };
    networks.set(context, perRun);
    installPerRunNetwork(() => {
        const current = runs.getStore();
        return current && networks.get(current);
    });
    return {
        end() {
            runEnded.abort(new DOMException('The run has ended.', 'AbortError'));
            closeConnections(perRun);
            guard.connections.close();
        },
    };
}

const NO_API_MESSAGE =
    "An inline Actor reaches the engine's API through the SDK, not by HTTP requests. Use `Actor.newClient()`, or another isolation.";

/** Runs the Actor; settles with the exit reason unless the SDK ends the run first. */
async function runActor(
    { runnable }: ExecutionRequest,
    context: RunContext,
    importModule?: ImportModule,
): Promise<ExitReason> {
    if (runnable.type === 'function') {
        await callFunction(runnable.run, context);
        return { type: 'exited', exitCode: 0 };
    }
    const progress: Progress = { state: 'loading' };
    try {
        rejectOwnSdk(runnable.program);
        prepareHost(runnable.program);
        const isInitialized = (): boolean => context.session.isInitialized;
        const load = () => reloadEntry(runnable.program, isInitialized, importModule);
        await startProgram(load, context, progress, isInitialized);
        // An Actor that continues after its module has been loaded ends the run itself.
        if (isInitialized() && !context.session.isExiting) return await new Promise<never>(() => {});
        return { type: 'exited', exitCode: 0 };
    } catch (error) {
        return {
            type: 'exited',
            exitCode: 1,
            crash: createCrash(error, runnable.program, progress.state === 'failed'),
        };
    }
}

function rejectOwnSdk({ ownSdk }: Program): void {
    if (ownSdk === undefined) return;
    throw new EngineError(
        'isolation-impossible',
        'The Actor has its own SDK, which needs a whole thread and exits the process at the end of the run, so it ' +
            "cannot run inline. Use the isolation 'thread', 'pooled' or 'process'.",
    );
}

let isHostPrepared = false;

/** Lets programs resolve the built-in SDK in the host's thread, as in a thread of their own. */
function prepareHost({ needsSdkHooks }: Program): void {
    if (needsSdkHooks) registerSdkHooks();
    if (isHostPrepared) return;
    isHostPrepared = true;
    exposeSdk();
    patchRequire();
}

let patchedExit: typeof process.exit | undefined;

/** Makes `process.exit()` of an Actor end its run instead of the host. Code after it has no effect. */
function patchExit(): void {
    // A test runner may replace it for each file.
    if (process.exit === patchedExit) return;
    const exit = process.exit.bind(process);
    patchedExit = (exitCode) => {
        const context = runs.getStore();
        if (context === undefined) return exit(exitCode);
        return context.exit(Number(exitCode ?? 0)) as never;
    };
    process.exit = patchedExit;
}

const patchedConsoles = new WeakSet<Console>();

/** Copies console output of an Actor to its log. The console prints it too, since the author is watching it. */
function patchConsole(): void {
    // A test runner may create one for each file.
    if (patchedConsoles.has(console)) return;
    patchedConsoles.add(console);
    for (const [method, stream] of CONSOLE_METHODS) {
        const write = console[method].bind(console);
        console[method] = (...values: unknown[]) => {
            runs.getStore()?.write(stream, `${format(...values)}\n`);
            write(...values);
        };
    }
}

function runGoneError(): EngineError {
    return new EngineError('run-gone', 'The run of this Actor has ended; its calls are no longer accepted.');
}
