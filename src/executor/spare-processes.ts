import { clearTimeout, setTimeout } from 'node:timers';
import { ActorProcess, type ProcessSettings } from './actor-process.js';

/*
 * Spare processes belong to the host, not to one engine, as spare threads do. There are fewer of them: each costs some
 * forty megabytes.
 */

const MAX_SPARES = 4;
const IDLE_MILLIS = 30_000;
/** A replacement is started only for runs that last: short ones would compete with it for the processor. */
const REPLACE_AFTER_MILLIS = 50;

interface Spare {
    process: ActorProcess;
    idle: NodeJS.Timeout;
}

/** By kind, the longest unused first. */
const spares = new Map<string, Spare>();

/** Starts a spare of a kind, unless there is one already. */
export function warmProcess(settings: ProcessSettings): void {
    const key = JSON.stringify(settings);
    if (spares.has(key)) return;
    if (spares.size >= MAX_SPARES) dismiss(spares.keys().next().value!);
    const process = new ActorProcess(settings);
    process.setRef(false);
    spares.set(key, { process, idle: setTimeout(() => dismiss(key), IDLE_MILLIS).unref() });
}

/** A spare process, or a new one if none is ready. */
export function takeProcess(settings: ProcessSettings, keepSpare: boolean): ActorProcess {
    const key = JSON.stringify(settings);
    const spare = spares.get(key);
    if (spare !== undefined) clearTimeout(spare.idle);
    spares.delete(key);
    const taken = spare?.process.isAlive === true ? spare.process : new ActorProcess(settings);
    taken.setRef(true);
    if (keepSpare) {
        const replacement = setTimeout(() => warmProcess(settings), REPLACE_AFTER_MILLIS).unref();
        void taken.exited.then(() => clearTimeout(replacement));
    }
    return taken;
}

function dismiss(key: string): void {
    const spare = spares.get(key);
    spares.delete(key);
    clearTimeout(spare?.idle);
    spare?.process.kill();
}
