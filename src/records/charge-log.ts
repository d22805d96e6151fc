import { EngineError } from '../errors/engine-error.js';
import type { ChargeLog } from '../run/interfaces.js';
import type { RunCharge } from '../model/api/pricing.js';

/** The charge log of an engine. */
export interface ClosableChargeLog extends ChargeLog {
    /** Closes all open files. */
    close(): void;
    /** Returns all charges of all runs as lines of JSON. Only logs in memory have it. */
    dump?(): ChargeLines[];
}

/** The charges of one run as lines of JSON, oldest first. */
export type ChargeLines = readonly [runId: string, lines: readonly string[]];

/** Creates a charge log in memory. */
export function createMemoryChargeLog(initial: readonly ChargeLines[] = []): ClosableChargeLog {
    // Strings take a fraction of the memory of objects, and a run may have a hundred thousand charges.
    const linesByRun = new Map<string, string[]>(initial.map(([runId, lines]) => [runId, [...lines]]));
    return {
        append(runId, charge) {
            const lines = linesByRun.get(runId) ?? [];
            linesByRun.set(runId, lines);
            lines.push(JSON.stringify(charge));
        },
        load: (runId) => (linesByRun.get(runId) ?? []).map((line) => parseCharge(line, runId)),
        end: () => {},
        remove: (runId) => void linesByRun.delete(runId),
        close: () => {},
        dump: () => Array.from(linesByRun, ([runId, lines]) => [runId, [...lines]]),
    };
}

/**
 * Parses a charge from a line of JSON.
 *
 * @param source - Path or run id for the error message.
 * @throws EngineError `storage-corrupted` if the line is not a charge.
 */
export function parseCharge(line: string, source: string): RunCharge {
    try {
        const charge = JSON.parse(line) as RunCharge;
        return { ...charge, chargedAt: new Date(charge.chargedAt) };
    } catch (cause) {
        const message = `\`${source}\` has a line that is not a valid charge. Restore it from a backup, or delete it to continue without it.`;
        throw new EngineError('storage-corrupted', message, { details: { path: source }, cause });
    }
}
