import { spawn, type ChildProcess } from 'node:child_process';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Socket } from 'node:net';
import { processStartTime } from '../../util/system.js';

/*
 * A host that is killed, by Ctrl+C for one, can end nothing any more, and what its Actors have started would go on
 * without it: browsers, and processes with an Actor that never comes to rest. So as long as there are any, a shell listens
 * to which they are, and ends them when it hears no more of the host. On Windows there is none.
 */

/**
 * Reads `+ pid:ticks` and `- pid:ticks` until the host is gone, then ends whatever is left, with its group if it leads one. By
 * then an id may have been given again, be it to a thread of some other program, which Linux takes for the program itself: so only
 * what began when it was told of is ended. Where `/proc` does not say when, the ticks are none.
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

/** By id, as the shell is told of it. */
const watched = new Map<number, string>();
let watcher: ChildProcess | undefined;
let idle: NodeJS.Timeout | undefined;

/** Has a process ended when the host is gone. */
export function registerChild(pid: number): void {
    if (process.platform === 'win32' || watched.has(pid)) return;
    const ticks = processStartTime(pid);
    // Gone before it was told of, and its id may soon be another one's.
    if (ticks === undefined && processStartTime(process.pid) !== undefined) return;
    const name = `${pid}:${ticks ?? ''}`;
    watched.set(pid, name);
    clearTimeout(idle);
    tell(`+ ${name}\n`);
}

/** A process that has ended by itself; its id may soon be another one's. */
export function unregisterChild(pid: number): void {
    const name = watched.get(pid);
    if (name === undefined) return;
    watched.delete(pid);
    tell(`- ${name}\n`);
    if (watched.size > 0) return;
    clearTimeout(idle);
    idle = setTimeout(dismiss, IDLE_MILLIS).unref();
}

function tell(line: string): void {
    if (watcher !== undefined) watcher.stdin?.write(line);
    else if (watched.size > 0) watcher = start();
}

function start(): ChildProcess | undefined {
    const shell = spawn('/bin/sh', ['-c', REAPER_SCRIPT], {
        stdio: ['pipe', 'ignore', 'ignore'],
        env: {},
        // What is pressed at the terminal must not reach it.
        detached: true,
    });
    // It may be missing, or be killed: then there is nobody to tell.
    shell.on('error', () => {});
    const stdin = shell.stdin as Socket | undefined;
    // Too many files are open; the next process that is to be watched tries again.
    if (stdin === undefined) return undefined;
    shell.unref();
    stdin.unref();
    stdin.on('error', () => {});
    shell.once('exit', () => {
        if (watcher === shell) watcher = undefined;
    });
    for (const name of watched.values()) stdin.write(`+ ${name}\n`);
    return shell;
}

function dismiss(): void {
    watcher?.stdin?.end();
    watcher = undefined;
}
