import { CLOUD_HOSTS, ENGINE_HOSTS } from '../../protocol/api.js';
import { reportChildProcesses } from './child-processes.js';
import { installNetworkGuard } from '../network/network-guard.js';
import { patchRequire, setMainModule } from './sdk-hooks.js';
import type { Assignment } from '../../protocol/messages.js';
import type { RunNetwork } from '../../protocol/network.js';
import type { AssignedRun } from './assigned-run.js';
import type { MessageSink } from '../channel/host-connection.js';

/** The hosts whose requests the engine answers. */
export function apiHosts({ policy }: RunNetwork): readonly string[] {
    return policy === 'allow' ? ENGINE_HOSTS : [...ENGINE_HOSTS, ...CLOUD_HOSTS];
}

/**
 * Guards what an Actor reaches the outside by: connections, and processes that outlive it. Makes `require` find the built-in SDK
 * and the main module.
 *
 * @param run - The run that has this thread at that moment.
 */
export function installGuards(
    sink: MessageSink,
    { program, network }: Pick<Assignment, 'program' | 'network'>,
    run: () => AssignedRun,
): void {
    installNetworkGuard({
        ...network,
        apiHosts: apiHosts(network),
        handle: async (request, context, isForApi) => run().fetch(request, context, isForApi),
    });
    reportChildProcesses(sink);
    patchRequire();
    setMainModule(program.entry);
}

const ABORT_EXIT_CODE = 134;
/** Programs killed by a signal end with this plus the signal's number. */
const SIGNAL_EXIT_CODE = 128;

/**
 * A thread shares the host's process id: what an Actor does to its own process must end the Actor, not the host.
 *
 * @param endAtOnce - Ends the thread without the Actor's listeners for `exit`.
 */
export function protectHost(terminate: (exitCode: number) => void): void {
    const kill = process.kill.bind(process);
    process.kill = (pid, signal = 'SIGTERM') => {
        if (!isOwnProcess(pid)) return kill(pid, signal);
        const number = signalNumber(signal);
        if (number !== 0 && !emitToListeners(number)) terminate(SIGNAL_EXIT_CODE + number);
        return true;
    };
    process.abort = () => {
        terminate(ABORT_EXIT_CODE);
        throw new Error('An Actor that has been aborted does not go on.');
    };
}

/** Zero and the negative are groups of processes, which the host is in. */
function isOwnProcess(pid: number): boolean {
    return pid === process.pid || pid === 0 || pid === -process.pid;
}

function signalNumber(signal: string | number): number {
    const { constants } = process.getBuiltinModule('node:os');
    const number = typeof signal === 'number' ? signal : constants.signals[signal as NodeJS.Signals];
    if (number === undefined) throw new TypeError(`Unknown signal: ${signal}`);
    return number;
}

/** Calls the Actor's own listeners for the signal, if it has any: no signal ever reaches a thread by itself. */
function emitToListeners(number: number): boolean {
    const { constants } = process.getBuiltinModule('node:os');
    const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0] as
        | NodeJS.Signals
        | undefined;
    if (name === undefined || name === 'SIGKILL' || process.listenerCount(name) === 0) return false;
    setImmediate(() => process.emit(name, name));
    return true;
}
