import type { CallStep } from './calls.js';

/** A call that an Actor is likely to begin with, and what comes of it: whoever asks for just that need not wait. */
export interface Foresight {
    steps: CallStep[];
    output: unknown;
}

/** What an Actor asks for that reads its input. */
export function inputSteps(storeId: string, key: string): CallStep[] {
    return [
        ['keyValueStore', storeId],
        ['getRecord', key, {}],
    ];
}

/** Whether two calls are the same; their arguments are texts and plain options. */
export function areSameSteps(one: readonly CallStep[], other: readonly CallStep[]): boolean {
    return one.length === other.length && JSON.stringify(one) === JSON.stringify(other);
}
