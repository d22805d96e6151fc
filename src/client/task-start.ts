import { EngineError } from '../errors/engine-error.js';
import { withoutUndefined } from '../util/json/without-undefined.js';
import type { StartOptions } from '../model/api/run.js';
import type { TaskInput, TaskOptions } from '../model/api/task.js';

/**
 * Merges the input of a start into that of a task: properties of the start override those of the task. An array is replaced.
 *
 * @param input - Input of the start; undefined or null for none.
 * @throws EngineError `invalid-input` if it is not an object.
 *
 * Source: "Run task" in the platform's API.
 */
export function mergeTaskInput(taskInput: TaskInput | undefined, input: unknown): TaskInput | undefined {
    if (input === undefined || input === null) return taskInput;
    if (typeof input !== 'object' || Array.isArray(input) || ArrayBuffer.isView(input)) {
        const kind = Array.isArray(input) ? 'array' : ArrayBuffer.isView(input) ? 'bytes' : typeof input;
        throw new EngineError(
            'invalid-input',
            `Provided input must be object, got "${kind}" instead. Its properties override those of the task's input.`,
        );
    }
    // Spreading defines properties and does not set them, so that an own `__proto__` is harmless.
    return Array.isArray(taskInput) ? { ...input } : { ...taskInput, ...input };
}

/** Converts the options of a task or schedule to start options. */
export function toStartOptions(options: TaskOptions = {}): StartOptions {
    const { timeoutSecs, memoryMbytes, ...same } = options;
    return withoutUndefined({ ...same, timeout: timeoutSecs, memory: memoryMbytes });
}
