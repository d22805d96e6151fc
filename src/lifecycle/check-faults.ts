import { invalid } from '../util/check.js';
import type { FaultScript } from '../model/faults.js';

/** Faults as `createFaults` makes them, or undefined. */
export function checkFaults(path: string, faults: unknown): void {
    if (faults === undefined) return;
    const { rules, note } = (faults ?? {}) as Partial<FaultScript>;
    if (Array.isArray(rules) && typeof note === 'function') return;
    throw invalid(path, faults, 'what `createFaults()` of `greenroom/testing` returns');
}
