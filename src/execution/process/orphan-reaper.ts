import { spawn, type ChildProcess } from 'node:child_process';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Socket } from 'node:net';
import { readProcessStartTime } from '../../util/system.js';

/*
 * A killed host cannot clean up, so processes started by its Actors, such as browsers, would keep running. While any exist, a
 * shell script keeps a list of them and kills them when its connection to the host closes. Not on Windows.
 */

/**
 * Reads `+ pid:ticks` and `- pid:ticks` until the host exits, then kills the remaining processes, with their groups if they
 * lead one. An id may have been reused by then, even for a thread of another program, which Linux would kill as a whole: so a
 * process is killed only if its start time matches. The ticks are empty on systems without `/proc`.
 */
export const REAPER_SCRIPT = `
trap '' INT TERM HUP
left=' '
while read -r what one; do
    case $what in
        +) left="$left$one " ;;
        -) case $left in *" $one "*) left="\${left%% $one *} \${left#* $one }" ;; esac ;;
    esac
done
for one in $left; do
    pid=\${one%%:*}
    ticks=\${one#*:}
    if [ -n "$ticks" ] && read -r stat 2>/dev/null < "/proc/$pid/stat"; then
        set -- \${stat##*) }
        [ "\${20}" = "$ticks" ] || continue
    fi
    kill -9 -"$pid" 2>/dev/null || kill -9 "$pid" 2>/dev/null
done`;

const IDLE_MILLIS = 30_000;

/** The registered processes by id, as sent to the shell. */
const registered = new Map<number, string>();
let reaper: ChildProcess | undefined;
let idleTimer: NodeJS.Timeout | undefined;

/** Registers a process to be killed when the host exits. */
export function registerChild(pid: number): void {
    if (process.platform === 'win32' || registered.has(pid)) return;
    const ticks = readProcessStartTime(pid);
    // Already exited; its id may be reused soon.
    if (ticks === undefined && readProcessStartTime(process.pid) !== undefined) return;
    const name = `${pid}:${ticks ?? ''}`;
    registered.set(pid, name);
    clearTimeout(idleTimer);
    send(`+ ${name}\n`);
}

/** Unregisters a process that exited, because its id may be reused soon. */
export function unregisterChild(pid: number): void {
    const name = registered.get(pid);
    if (name === undefined) return;
    registered.delete(pid);
    send(`- ${name}\n`);
    if (registered.size > 0) return;
    clearTimeout(idleTimer);
    idleTimer = setTimeout(stopReaper, IDLE_MILLIS).unref();
}

function send(line: string): void {
    if (reaper !== undefined) reaper.stdin?.write(line);
    else if (registered.size > 0) reaper = startReaper();
}

function startReaper(): ChildProcess | undefined {
    const shell = spawn('/bin/sh', ['-c', REAPER_SCRIPT], {
        stdio: ['pipe', 'ignore', 'ignore'],
        env: {},
        // Signals from the terminal must not reach it.
        detached: true,
    });
    // The shell may be missing or killed: processes are not reaped then.
    shell.on('error', () => {});
    const stdin = shell.stdin as Socket | undefined;
    // Too many files are open; the next registered process tries again.
    if (stdin === undefined) return undefined;
    shell.unref();
    stdin.unref();
    stdin.on('error', () => {});
    shell.once('exit', () => {
        if (reaper === shell) reaper = undefined;
    });
    for (const name of registered.values()) stdin.write(`+ ${name}\n`);
    return shell;
}

function stopReaper(): void {
    reaper?.stdin?.end();
    reaper = undefined;
}
