import { spawnSync } from 'node:child_process';

/** Returns the state of a process from `ps`: `Z` for a zombie. Empty for a process that does not exist. */
export function stateOf(pid: number): string {
    return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
        .stdout.trim()
        .charAt(0);
}

/** True if a process exists and is not a zombie. */
export function isAlive(pid: number): boolean {
    return !['', 'Z'].includes(stateOf(pid));
}
