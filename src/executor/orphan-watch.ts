import { spawn, type ChildProcess } from 'node:child_process';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Socket } from 'node:net';

/*
 * A host that is killed, by Ctrl+C for one, can end nothing any more, and what its Actors have started would go on
 * without it: browsers, and processes with an Actor that never comes to rest. So as long as there are any, a shell listens
 * to which they are, and ends them when it hears no more of the host. On Windows there is none.
 */

/** Reads `+ pid` and `- pid` until the host is gone, then ends whatever is left, with its group if it leads one. */
const SCRIPT = `
trap '' INT TERM HUP
left=' '
while read -r what pid; do
    case $what in
        +) left="$left$pid " ;;
        -) case $left in *" $pid "*) left="\${left%% $pid *} \${left#* $pid }" ;; esac ;;
    esac
done
for pid in $left; do kill -9 -"$pid" 2>/dev/null || kill -9 "$pid" 2>/dev/null; done`;

const IDLE_MILLIS = 30_000;

const watched = new Set<number>();
let watcher: ChildProcess | undefined;
let idle: NodeJS.Timeout | undefined;

/** Has a process ended when the host is gone. */
export function watchOrphan(pid: number): void {
    if (process.platform === 'win32' || watched.has(pid)) return;
    watched.add(pid);
    clearTimeout(idle);
    tell(`+ ${pid}\n`);
}

/** A process that has ended by itself; its id may soon be another one's. */
export function forgetOrphan(pid: number): void {
    if (!watched.delete(pid)) return;
    tell(`- ${pid}\n`);
    if (watched.size > 0) return;
    clearTimeout(idle);
    idle = setTimeout(dismiss, IDLE_MILLIS).unref();
}

function tell(line: string): void {
    if (watcher !== undefined) watcher.stdin?.write(line);
    else if (watched.size > 0) watcher = start();
}

function start(): ChildProcess {
    const shell = spawn('/bin/sh', ['-c', SCRIPT], {
        stdio: ['pipe', 'ignore', 'ignore'],
        env: {},
        // What is pressed at the terminal must not reach it.
        detached: true,
    });
    shell.unref();
    const stdin = shell.stdin as Socket;
    stdin.unref();
    // It may be missing, or be killed: then there is nobody to tell.
    stdin.on('error', () => {});
    shell.on('error', () => {});
    shell.once('exit', () => {
        if (watcher === shell) watcher = undefined;
    });
    for (const pid of watched) stdin.write(`+ ${pid}\n`);
    return shell;
}

function dismiss(): void {
    watcher?.stdin?.end();
    watcher = undefined;
}
