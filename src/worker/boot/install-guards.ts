import { CLOUD_HOSTS, ENGINE_HOSTS } from '../../protocol/api.js';
import { reportChildProcesses } from './child-processes.js';
import { installNetworkGuard } from '../network/network-guard.js';
import { patchRequire, setMainModule } from './sdk-hooks.js';
import type { Assignment } from '../../protocol/messages.js';
import type { RunNetwork } from '../../protocol/network.js';
import type { AssignedRun } from './assigned-run.js';
import type { MessageSink } from '../channel/host-connection.js';

/** Returns the hosts whose requests the engine handles. */
export function apiHosts({ policy }: RunNetwork): readonly string[] {
    return policy === 'allow' ? ENGINE_HOSTS : [...ENGINE_HOSTS, ...CLOUD_HOSTS];
}

/**
 * Installs the guards of a worker: network connections follow the policy of the run, and child processes are reported.
 * Also makes `require` find the built-in SDK and the main module.
 *
 * @param run - Returns the run that this thread executes at that moment.
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
        report: (text) => run().reportNetwork(text),
        onRefused(reason) {
            run().refusal ??= reason;
        },
    });
    reportChildProcesses(sink);
    patchRequire();
    setMainModule(program.entry);
}

const ABORT_EXIT_CODE = 134;
/** Base of the exit codes of processes killed by a signal: the number of the signal is added. */
export const SIGNAL_EXIT_CODE = 128;

/**
 * Protects the host from signals and aborts: a thread shares the host's process id, so an Actor that kills its own
 * process must end only itself.
 *
 * @param terminate - Ends the thread without the Actor's `exit` listeners.
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
        throw new Error('The Actor has been aborted.');
    };
}

/** Zero and negative ids are process groups, which include the host. */
function isOwnProcess(pid: number): boolean {
    return pid === process.pid || pid === 0 || pid === -process.pid;
}

function signalNumber(signal: string | number): number {
    const { constants } = process.getBuiltinModule('node:os');
    const number = typeof signal === 'number' ? signal : constants.signals[signal as NodeJS.Signals];
    if (number === undefined) throw new TypeError(`Unknown signal: ${signal}`);
    return number;
}

/** Calls the Actor's listeners for a signal, if it has any, since signals never reach a thread. True if it has. */
function emitToListeners(number: number): boolean {
    const { constants } = process.getBuiltinModule('node:os');
    const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0] as
        | NodeJS.Signals
        | undefined;
    if (name === undefined || name === 'SIGKILL' || process.listenerCount(name) === 0) return false;
    setImmediate(() => process.emit(name, name));
    return true;
}
