import { EngineError } from '../errors/engine-error.js';
import { withoutUndefined } from '../util/json/without-undefined.js';
import type { StartOptions } from '../model/api/run.js';
import type { TaskInput, TaskOptions } from '../model/api/task.js';

/**
 * Lays the input of a caller over that of a task: of the two, the caller's properties win, each as a whole. An input that
 * is an array has no properties, and is replaced.
 *
 * @param given - Undefined and null are none.
 * @throws EngineError `invalid-input` when it is no object.
 *
 * Source: "Run task" in the platform's API.
 */
export function mergeTaskInput(kept: TaskInput | undefined, given: unknown): TaskInput | undefined {
    if (given === undefined || given === null) return kept;
    if (typeof given !== 'object' || Array.isArray(given) || ArrayBuffer.isView(given)) {
        const kind = Array.isArray(given) ? 'array' : ArrayBuffer.isView(given) ? 'bytes' : typeof given;
        throw new EngineError(
            'invalid-input',
            `Provided input must be object, got "${kind}" instead. Its properties are laid over the task's own input.`,
        );
    }
    // An own `__proto__` is a property like any other: spreading defines, and does not set.
    return Array.isArray(kept) ? { ...given } : { ...kept, ...given };
}

/** The options of a start as a task or a schedule keeps them, under the names that a start has for them. */
export function toStartOptions(options: TaskOptions = {}): StartOptions {
    const { timeoutSecs, memoryMbytes, ...same } = options;
    return withoutUndefined({ ...same, timeout: timeoutSecs, memory: memoryMbytes });
}
