import { resolveRunOptions } from './start-options.js';
import type { RunOptions, StartOptions } from '../model/run.js';
import type { LifecycleParts, StartTarget } from './parts.js';
import type { RunInput } from '../model/run-document.js';

/**
 * The options of a new run, as {@link resolveRunOptions} finds them. Where nobody says how much memory it gets, and its
 * Actor works that out of the input and the options, it gets so much; if that fails, what it would get without.
 */
export function resolveWithMemory(
    options: StartOptions,
    target: StartTarget,
    input: RunInput | undefined,
    { settings, emit }: Pick<LifecycleParts, 'settings' | 'emit'>,
): RunOptions {
    const resolved = resolveRunOptions(options, target, settings);
    if (options.memory !== undefined || target.calculateMemory === undefined) return resolved;
    try {
        const { memoryMbytes: _memory, diskMbytes: _disk, ...runOptions } = resolved;
        const memory = target.calculateMemory(input, runOptions);
        return resolveRunOptions({ ...options, memory }, target, settings);
    } catch (error) {
        const { username, name } = target.actor;
        const message =
            `The memory of a run of \`${username}/${name}\` could not be worked out: ${(error as Error).message}. ` +
            `It gets ${resolved.memoryMbytes} MB. Correct \`defaultMemoryMbytes\` in its actor.json.`;
        emit('warning', { message, error });
        return resolved;
    }
}
