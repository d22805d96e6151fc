import { parentPort, MessagePort } from 'node:worker_threads';
import { EngineError } from '../errors/engine-error.js';
import { CLOUD_HOSTS, ENGINE_HOSTS } from '../protocol/api.js';
import { PROTOCOL_VERSION, type Assignment, type Program, type SystemEvent } from '../protocol/messages.js';
import type { ApiRoute } from './bridge/axios-adapter.js';
import { joinOwnSdk, type Bridge } from './bridge/bridge.js';
import { watchChildProcesses } from './child-processes.js';
import { atTheVeryEnd, crashOf, explainDryLoop, reportCrashes } from './ending.js';
import { guardHost } from './host-guards.js';
import { joinTexts } from './item-json.js';
import { ItemWriter } from './item-writer.js';
import { Link } from './link.js';
import { captureOutput } from './output.js';
import { installLazily, isNetworkModule } from './network/lazy-network-guard.js';
import { hasLoaded, startProgram, type Progress } from './program.js';
import { createRemoteClient } from './remote-client.js';
import { patchRequire, registerSdkHooks } from './sdk-hooks.js';
import type { NetworkGuardOptions } from './network/network-guard.js';
import type { NetworkPolicy } from '../protocol/network.js';
import { setContextSource, type RunContext } from './sdk/context.js';
import { announce, createRunContext } from './sdk/run-context.js';
import { Usage } from './usage.js';

/** Makes this thread the thread of one run and starts the Actor; whatever becomes of it is told by the run's port. */
export function boot({ protocol, port, program, env, network }: Assignment): void {
    releaseThread();
    const link = new Link(port);
    link.post({ type: 'started' });
    let bridge: Bridge | undefined;
    const tell = (event: SystemEvent): void => {
        announce(context, event);
        bridge?.announce(event);
    };
    const usage = new Usage(link, tell);
    const flushOutput = captureOutput(link);
    takeOver(program, env);
    const context = createContext(link, program);
    link.onSystemEvent(tell);
    const progress: Progress = { state: 'loading' };
    // What throws after the Actor has begun to work is no failure to load it, even if its entry is still at work.
    reportCrashes(link, program, () => !hasLoaded(progress) && !link.wasUsed);
    explainDryLoop(context.session, progress);
    const endAtOnce = atTheVeryEnd((exitCode) => {
        flushOutput();
        usage.report();
        link.post({ type: 'ended', exitCode });
    });
    guardHost(endAtOnce);
    const api = apiRoute(link, network);
    guardSurroundings(link, program, { policy: network, apiHosts: api.hosts, answer: api.answer });
    if (program.needsSdkHooks) registerSdkHooks();
    const start = async (): Promise<void> => {
        checkProtocol(protocol);
        bridge = program.ownSdk && joinOwnSdk(program.ownSdk, { ...context, api });
        const isInitialized = (): boolean => context.session.isInitialized || bridge?.isInitialized() === true;
        await startProgram(program, context, progress, isInitialized);
    };
    // Not caught, here or anywhere: as in a program of its own, an error of the entry is an uncaught one.
    void start();
}

/** Which requests of the Actor the engine answers, and how. */
function apiRoute(link: Link, network: NetworkPolicy): ApiRoute {
    const hosts = network === 'allow' ? ENGINE_HOSTS : [...ENGINE_HOSTS, ...CLOUD_HOSTS];
    return { hosts, answer: (request) => link.request(request) };
}

/** Stands ready where the Actor can reach out: by connections, and by processes that outlive it. */
function guardSurroundings(link: Link, program: Program, options: NetworkGuardOptions): void {
    const guardNetwork = installLazily(options);
    if (program.needsGuards) {
        guardNetwork();
        watchChildProcesses(link);
    }
    patchRequire(program.entry, (request) => {
        if (isNetworkModule(request)) guardNetwork();
        if (/^(?:node:)?child_process$/.test(request)) watchChildProcesses(link);
    });
}

/** The pool's own ports would keep the thread alive after the Actor has nothing left to do. */
function releaseThread(): void {
    parentPort?.unref();
    const { _getActiveHandles } = process as { _getActiveHandles?: () => unknown[] };
    if (typeof _getActiveHandles !== 'function') return;
    for (const handle of _getActiveHandles.call(process)) {
        if (handle instanceof MessagePort) handle.unref();
    }
}

function takeOver(program: Program, env: Record<string, string>): void {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, env);
    process.argv = [process.execPath, program.entry];
    // A thread cannot change its directory. Paths that are resolved see this one; `fs` with a relative path does not.
    process.cwd = () => program.directory;
    process.setSourceMapsEnabled(true);
}

function createContext(link: Link, program: Program): RunContext {
    const client = createRemoteClient(link);
    const ownDatasetId = process.env['ACTOR_DEFAULT_DATASET_ID'] ?? '';
    const writer = new ItemWriter(link, ownDatasetId);
    const context = createRunContext({
        client,
        async push(datasetId, texts) {
            if (datasetId === ownDatasetId && (await writer.push(texts))) return;
            await client.dataset(datasetId).pushItems(joinTexts(texts));
        },
        env: process.env,
        signal: link.signal,
        noteFailure: (error) => link.post({ ...crashOf(error, program), phase: 'running', isLogged: true }),
        write: (stream, text) => void process[stream].write(text),
        exit: (exitCode) => process.exit(exitCode),
    });
    setContextSource(() => context);
    return context;
}

function checkProtocol(protocol: number): void {
    if (protocol === PROTOCOL_VERSION) return;
    throw new EngineError(
        'internal-error',
        `The engine speaks version ${protocol} of its protocol, but this worker file version ${PROTOCOL_VERSION}. ` +
            'Both must come from the same version of greenroom.',
    );
}
