import { spawnSync } from 'node:child_process';

/** As `ps` sees it: `Z` is one that has ended and that its parent has not taken note of. Empty for one that is gone. */
export function stateOf(pid: number): string {
    return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
        .stdout.trim()
        .charAt(0);
}

/** Whether a process is there and has not ended. */
export function isAlive(pid: number): boolean {
    return !['', 'Z'].includes(stateOf(pid));
}
