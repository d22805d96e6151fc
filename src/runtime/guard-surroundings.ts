import { CLOUD_HOSTS, ENGINE_HOSTS } from '../protocol/api.js';
import { watchChildProcesses } from './child-processes.js';
import { installLazily, isNetworkModule } from './network/lazy-network-guard.js';
import { patchRequire, watchRequire } from './sdk-hooks.js';
import type { Program } from '../protocol/messages.js';
import type { RunNetwork } from '../protocol/network.js';
import type { ApiRoute } from './bridge/axios-adapter.js';
import type { Link, Reporter } from './link.js';

/** Where the requests of an Actor go. */
export interface Surroundings {
    network: RunNetwork;
    /** True if modules are imported that are not the Actor's. */
    importsMore: boolean;
    /** The link of the run that has this thread now. */
    link: () => Link;
}

/**
 * Guards what an Actor reaches the outside by: connections, and processes that outlive it.
 *
 * @returns Which requests the engine answers, and how.
 */
export function guardSurroundings(
    reporter: Reporter,
    program: Program,
    { network, importsMore, link }: Surroundings,
): ApiRoute {
    const { policy } = network;
    const api: ApiRoute = {
        hosts: policy === 'allow' ? ENGINE_HOSTS : [...ENGINE_HOSTS, ...CLOUD_HOSTS],
        answer: async (request) => link().request(request),
    };
    const guardNetwork = installLazily({
        ...network,
        apiHosts: api.hosts,
        answer: api.answer,
        ask: async (request, exchange) => link().fetch(request, exchange),
    });
    // Modules from outside of the Actor's folder have not been searched; where nothing may go out, that must not matter.
    const isClosed = policy !== 'guarded' && policy !== 'allow';
    if (program.needsGuards || isClosed || importsMore) guardNetwork();
    if (program.needsGuards) watchChildProcesses(reporter);
    patchRequire();
    watchRequire(program.entry, (request) => {
        if (isNetworkModule(request)) guardNetwork();
        if (/^(?:node:)?child_process$/.test(request)) watchChildProcesses(reporter);
    });
    return api;
}

const ABORT_EXIT_CODE = 134;
/** Programs killed by a signal end with this plus the signal's number. */
const SIGNAL_EXIT_CODE = 128;

/**
 * A thread shares the host's process id: what an Actor does to its own process must end the Actor, not the host.
 *
 * @param endAtOnce - Ends the thread without the Actor's listeners for `exit`.
 */
export function guardHost(endAtOnce: (exitCode: number) => void): void {
    const kill = process.kill.bind(process);
    process.kill = (pid, signal = 'SIGTERM') => {
        if (!isOwn(pid)) return kill(pid, signal);
        const number = numberOf(signal);
        if (number !== 0 && !isCaught(number)) endAtOnce(SIGNAL_EXIT_CODE + number);
        return true;
    };
    process.abort = () => {
        endAtOnce(ABORT_EXIT_CODE);
        throw new Error('An Actor that has been aborted does not go on.');
    };
}

/** Zero and the negative are groups of processes, which the host is in. */
function isOwn(pid: number): boolean {
    return pid === process.pid || pid === 0 || pid === -process.pid;
}

function numberOf(signal: string | number): number {
    const { constants } = process.getBuiltinModule('node:os');
    const number = typeof signal === 'number' ? signal : constants.signals[signal as NodeJS.Signals];
    if (number === undefined) throw new TypeError(`Unknown signal: ${signal}`);
    return number;
}

/** Calls the Actor's own listeners for the signal, if it has any: no signal ever reaches a thread by itself. */
function isCaught(number: number): boolean {
    const { constants } = process.getBuiltinModule('node:os');
    const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0] as
        | NodeJS.Signals
        | undefined;
    if (name === undefined || name === 'SIGKILL' || process.listenerCount(name) === 0) return false;
    setImmediate(() => process.emit(name, name));
    return true;
}
