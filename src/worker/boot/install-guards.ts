import { existsSync } from 'node:fs';
import { receiveFromPort } from '../channel/open-handles.js';
import { CLOUD_HOSTS, ENGINE_HOSTS } from '../../protocol/api.js';
import { reportChildProcesses } from './child-processes.js';
import { isolateDiagnosticReport } from '../guards/diagnostic-report.js';
import { disableDebuggerWaits } from '../guards/inspector.js';
import { installNetworkGuard } from '../network/network-guard.js';
import { readProcStat } from '../../util/system.js';
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
/** Signals that do not end a process of Node without a listener. */
const HARMLESS_SIGNALS: ReadonlySet<string> = new Set([
    'SIGCHLD',
    'SIGCONT',
    'SIGPIPE',
    'SIGURG',
    'SIGUSR1',
    'SIGWINCH',
]);

/** Members that Node's types omit. */
interface ProcessInternals {
    /** Sends a signal. Node's `kill` checks and converts the signal, but passes on any id that equals an integer. */
    _kill(pid: unknown, signal: number): number;
    /** Opens the inspector of a process; missing in threads. */
    _debugProcess?(pid: number): void;
}

/**
 * Protects the host from signals, aborts and a crash of Node: a thread shares the host's process id, so an Actor that kills its own
 * process must end only itself. In a process of its own, an Actor that kills its host ends itself.
 *
 * @param terminate - Ends the thread or process without the Actor's `exit` listeners.
 */
export function protectHost(terminate: (exitCode: number) => void, isolation: 'thread' | 'process' = 'thread'): void {
    const internals = process as unknown as ProcessInternals;
    const kill = internals._kill.bind(process);
    const isHost = isolation === 'thread' ? isHostOfThread : isHostOfProcess;
    internals._kill = (given, signal) => {
        // Converted once, because an object could return another id the next time.
        const pid = (given as number) | 0;
        if (!isHost(pid)) return kill(pid, signal);
        if (signal !== 0 && !emitToListeners(signal)) terminate(SIGNAL_EXIT_CODE + signal);
        return 0;
    };
    if (isolation === 'process') {
        delete internals._debugProcess;
        return;
    }
    process.abort = () => {
        terminate(ABORT_EXIT_CODE);
        throw new Error('The Actor has been aborted.');
    };
    // Since Node 24, this would be the title of the host.
    let { title } = process;
    Object.defineProperty(process, 'title', {
        get: () => title,
        set(value) {
            title = String(value);
        },
    });
    isolateDiagnosticReport();
    disableDebuggerWaits();
    process.getBuiltinModule('node:worker_threads').receiveMessageOnPort = receiveFromPort;
}

/** True for the host, its parent and their process groups. Linux accepts the id of a thread in place of its process. */
function isHostOfThread(pid: number): boolean {
    return isHostOrAll(pid, process.pid) || pid === process.ppid || pid === -process.ppid || isThreadOfHost(pid);
}

function isHostOfProcess(pid: number): boolean {
    // Its own group, 0, has only its child processes.
    return pid !== 0 && isHostOrAll(pid, process.ppid);
}

/** True for a process, its process group, and the ids that stand for groups that include it. */
function isHostOrAll(pid: number, host: number): boolean {
    if (pid > 0) return pid === host;
    const group = Number(readProcStat(String(host))?.[2] ?? host);
    return pid === 0 || pid === -1 || pid === -host || pid === -group;
}

function isThreadOfHost(pid: number): boolean {
    return process.platform === 'linux' && pid > 0 && existsSync(`/proc/self/task/${pid}`);
}

/** Calls the Actor's listeners for a signal, if it has any, since signals never reach a thread. False if it ends the run. */
function emitToListeners(number: number): boolean {
    const { constants } = process.getBuiltinModule('node:os');
    const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0] as
        | NodeJS.Signals
        | undefined;
    if (name === undefined || name === 'SIGKILL' || process.listenerCount(name) === 0) {
        return name !== undefined && HARMLESS_SIGNALS.has(name);
    }
    setImmediate(() => process.emit(name, name));
    return true;
}
