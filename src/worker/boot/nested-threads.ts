import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Worker, WorkerOptions } from 'node:worker_threads';
import { buildChildEnv, childVariables, reportChildProcesses, setChildVariables } from './child-processes.js';
import { replaceEnvironment } from './apply-run-process-state.js';
import { SIGNAL_EXIT_CODE, apiHosts, protectHost } from './install-guards.js';
import { overrideCwd } from './working-directory.js';
import { closeInspector } from '../guards/inspector.js';
import { installNetworkGuard, reportOnce } from '../network/network-guard.js';
import { NetworkError } from '../network/connect-arguments.js';
import { headersOf } from '../network/handle-web-request.js';
import type { MessageSink } from '../channel/host-connection.js';
import type { Assignment, Program } from '../../protocol/messages.js';
import type { RunNetwork, WebRequest, WebResponse } from '../../protocol/network.js';

/*
 * Threads that an Actor starts, for instance with a pool of its own. They have no channel to the host: they reach the
 * engine through its listener, like the processes that the Actor starts.
 */

/** The run of a nested thread, passed on by the thread that starts it. */
interface NestedRun {
    readonly program: Program;
    readonly network: RunNetwork;
    readonly isolation: 'thread' | 'process';
    readonly variables: Readonly<Record<string, string>>;
    /** Shared memory for the number of a signal that ends the run, sent by a nested thread to its own process. */
    readonly signal: Int32Array;
    /** The environment, if the thread does not get that of the thread that starts it. */
    readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The key of a {@link NestedRun} in the environment data that Node passes to new threads. */
const DATA_KEY = 'greenroom.nested-run';
const INVALID_OPTION = 'ERR_WORKER_INVALID_EXEC_ARGV';

/** Located beside the built worker file. */
const PRELOAD = './nested-thread.cjs';

/**
 * Makes the threads that the Actor starts belong to its run: they get its directory, its network policy and access to the
 * engine.
 */
export function adoptNestedThreads(
    sink: MessageSink,
    { program, network }: Pick<Assignment, 'program' | 'network'>,
    isolation: 'thread' | 'process',
): void {
    const signal = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const run = (): NestedRun => ({ program, network, isolation, variables: childVariables(), signal });
    patchWorker(() => {
        // Its processes cannot be reported; on Linux, the host finds them when the run ends.
        sink.post({ type: 'child-started' });
        return run();
    });
    patchRegister(() => ({ ...run(), env: { ...process.env } }));
}

let hasJoined = false;

/**
 * Makes this thread, which an Actor or Node has started, belong to its run.
 *
 * @param run - By default, the one that the thread that has started this one passes on.
 */
export function joinRun(run: NestedRun | undefined = inheritedRun()): void {
    if (run === undefined || hasJoined) return;
    hasJoined = true;
    const { program, network, isolation, variables, signal, env } = run;
    if (env !== undefined) replaceEnvironment(env);
    if (isolation === 'thread') {
        overrideCwd(program);
        protectHost((exitCode) => {
            signal[0] = exitCode - SIGNAL_EXIT_CODE;
            process.exit(exitCode);
        });
    }
    process.once('exit', closeInspector);
    const url = variables['APIFY_API_BASE_URL'];
    installNetworkGuard({
        ...network,
        ownAddresses: url === undefined ? [] : [new URL(url).host],
        apiHosts: apiHosts(network),
        handle: (request, { signal }, isForApi) => forwardRequest(request, { signal, isForApi, url }),
        report: reportOnce((line) => void process.stderr.write(line)),
    });
    // Without the option that has loaded this file.
    if (env === undefined) process.execArgv = process.execArgv.slice(2);
    setChildVariables(() => variables);
    patchWorker(() => run);
    reportChildProcesses({ post() {} });
}

function inheritedRun(): NestedRun | undefined {
    return process.getBuiltinModule('node:worker_threads').getEnvironmentData(DATA_KEY) as NestedRun | undefined;
}

/**
 * Lets the thread in which Node runs module hooks join the run before it gets the first ones of the Actor: loaders of
 * TypeScript look for their configuration in the working directory and the environment. Node may have started that thread
 * before the run.
 */
function patchRegister(run: () => NestedRun): void {
    const module = process.getBuiltinModule('node:module');
    const { register } = module;
    let hasJoinedRun = false;
    module.register = new Proxy(register, {
        apply(target, self, args: Parameters<typeof register>) {
            const url = new URL(PRELOAD, import.meta.url);
            // Missing if an app has bundled the worker file elsewhere.
            if (!hasJoinedRun && existsSync(url)) register(url, { data: run() });
            hasJoinedRun = true;
            Reflect.apply(target, self, args);
        },
    });
}

/** Takes effect for `import` when {@link reportChildProcesses} has updated the exports of built-in modules. */
function patchWorker(run: () => NestedRun): void {
    const threads = process.getBuiltinModule('node:worker_threads');
    threads.Worker = new Proxy(threads.Worker, {
        construct(Worker, [file, options]: [string | URL, WorkerOptions | undefined], target) {
            const nested = run();
            threads.setEnvironmentData(DATA_KEY, nested);
            const construct = (execArgv: readonly string[] | undefined): Worker => {
                const all = { ...withChildEnv(options), execArgv };
                const worker = Reflect.construct(Worker, [file, all], target) as Worker;
                return worker.once('exit', () => passOn(nested));
            };
            const url = new URL(PRELOAD, import.meta.url);
            // Missing if an app has bundled the worker file elsewhere.
            if (!existsSync(url)) return construct(options?.execArgv);
            const preload = ['--require', fileURLToPath(url)];
            try {
                return construct([...preload, ...(options?.execArgv ?? process.execArgv)]);
            } catch (error) {
                // A thread inherits options that it may not be given, such as those of V8.
                const isInherited = options?.execArgv === undefined && process.execArgv.length > 0;
                if ((error as NodeJS.ErrnoException).code !== INVALID_OPTION || !isInherited) throw error;
                return construct(preload);
            }
        },
    });
    // Found by the instances, too.
    threads.Worker.prototype.constructor = threads.Worker;
}

/** Sends this thread the signal that has ended a nested one. */
function passOn({ signal }: NestedRun): void {
    const number = Atomics.exchange(signal, 0, 0);
    if (number !== 0) process.kill(process.pid, number);
}

function withChildEnv(options: WorkerOptions = {}): WorkerOptions {
    const { env = process.env } = options;
    // A shared environment is that of this thread.
    return typeof env === 'object' ? { ...options, env: buildChildEnv(env) } : options;
}

/** Sends a request to the engine's listener. */
function forwardRequest(
    { method, url, headers, body }: WebRequest,
    { signal, isForApi, url: baseUrl }: { signal: AbortSignal; isForApi: boolean; url: string | undefined },
): Promise<WebResponse> {
    if (!isForApi || baseUrl === undefined) {
        const reason = isForApi
            ? 'the engine has no listener'
            : 'network handlers answer only the main thread of an Actor';
        const { hostname: host, port } = new URL(url);
        const target = { host, port: Number(port) || undefined, pipe: undefined };
        throw new NetworkError(
            'ERR_NETWORK_FORBIDDEN',
            `A thread of the Actor may not connect to ${host}: ${reason}.`,
            target,
        );
    }
    const { pathname, search } = new URL(url);
    return new Promise((resolve, reject) => {
        const target = new URL(pathname + search, baseUrl);
        const own = headers.filter(([name]) => name.toLowerCase() !== 'host');
        const all = [...own, ['host', target.host]].flat();
        const outgoing = process.getBuiltinModule('node:http').request(target, { method, signal, headers: all });
        outgoing.once('error', reject);
        outgoing.once('response', (response) => {
            const { statusCode: status = 0, statusMessage: statusText = '' } = response;
            resolve({ status, statusText, headers: headersOf(response), body: response });
        });
        outgoing.end(body);
    });
}
