import { EngineError } from '../errors/engine-error.js';
import type { ChargeLog } from '../run/interfaces.js';
import type { RunCharge } from '../model/api/pricing.js';

/** Keeps what the runs of an engine are charged for. */
export interface ClosableChargeLog extends ChargeLog {
    /** Gives up what is open. */
    close(): void;
    /** All charges of all runs in memory, as lines of JSON. */
    dump?(): ChargeLines[];
}

/** The charges of one run, oldest first. */
export type ChargeLines = readonly [runId: string, lines: readonly string[]];

/** For engines in memory. */
export function createMemoryChargeLog(given: readonly ChargeLines[] = []): ClosableChargeLog {
    // As texts, which take a fraction of what objects do; a run may be charged a hundred thousand times.
    const lines = new Map<string, string[]>(given.map(([runId, own]) => [runId, [...own]]));
    return {
        append(runId, charge) {
            const own = lines.get(runId) ?? [];
            lines.set(runId, own);
            own.push(JSON.stringify(charge));
        },
        load: (runId) => (lines.get(runId) ?? []).map((line) => readCharge(line, runId)),
        end: () => {},
        remove: (runId) => void lines.delete(runId),
        close: () => {},
        dump: () => Array.from(lines, ([runId, own]) => [runId, [...own]]),
    };
}

/** A charge as a line of JSON has it; throws `storage-corrupted` for one that is none. */
export function readCharge(line: string, from: string): RunCharge {
    try {
        const charge = JSON.parse(line) as RunCharge;
        return { ...charge, chargedAt: new Date(charge.chargedAt) };
    } catch (cause) {
        const message = `\`${from}\` has a line that is no charge. Restore it from a backup, or remove it to go on without it.`;
        throw new EngineError('storage-corrupted', message, { details: { path: from }, cause });
    }
}
