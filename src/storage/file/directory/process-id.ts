import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isZombie, readProcessStartTime } from '../../../util/system.js';
import { errnoOf } from '../fs-error.js';

/** Identifies a process, so that another process can check later whether it is still alive. */
export interface ProcessIdentity {
    pid: number;
    hostname: string;
    /** Start of the process as the system counts it; absent if the system does not report it. */
    birth?: string;
}

/** Returns the identity of this process. */
export function ownIdentity(): ProcessIdentity {
    return { pid: process.pid, hostname: hostname(), birth: readBirth(process.pid) };
}

/**
 * Returns true if a process may still be alive. Returns true for a process on another machine, which cannot be checked. A process whose
 * pid now belongs to another one is dead, as is a zombie.
 */
export function isPossiblyAlive(identity: ProcessIdentity): boolean {
    if (identity.hostname !== hostname()) return true;
    try {
        process.kill(identity.pid, 0);
    } catch (error) {
        if (errnoOf(error) === 'ESRCH') return false;
    }
    if (isZombie(identity.pid)) return false;
    const birth = readBirth(identity.pid);
    return identity.birth === undefined || birth === undefined || birth === identity.birth;
}

/** Returns true if two identities are those of one process. */
export function isSameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
    return one.pid === other.pid && one.hostname === other.hostname && one.birth === other.birth;
}

/** Returns the boot id of the machine and the start tick of a process, both from Linux's `/proc`. */
function readBirth(pid: number): string | undefined {
    const ticks = readProcessStartTime(pid);
    if (ticks === undefined) return undefined;
    try {
        return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${ticks}`;
    } catch {
        return undefined;
    }
}
