import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isZombie, processStartTime } from '../../../util/system.js';
import { errnoOf } from '../fs-error.js';

/** Who a process is, so that another one can tell later whether it still lives. */
export interface ProcessIdentity {
    pid: number;
    hostname: string;
    /** When the process began, as the system counts it; left out where the system does not say. */
    birth?: string;
}

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
    return { pid: process.pid, hostname: hostname(), birth: readBirth(process.pid) };
}

/**
 * Whether a process may still be alive. One of another machine always may: it cannot be seen from here. One whose number
 * now belongs to another process is not, nor is one that has ended and waits for its parent to look.
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

/** Whether two identities are of the same process. */
export function isSameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
    return one.pid === other.pid && one.hostname === other.hostname && one.birth === other.birth;
}

/** The boot of the machine and the tick of the start within it; both from Linux's `/proc`. */
function readBirth(pid: number): string | undefined {
    const ticks = processStartTime(pid);
    if (ticks === undefined) return undefined;
    try {
        return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${ticks}`;
    } catch {
        return undefined;
    }
}
