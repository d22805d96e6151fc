import { EngineError } from '../errors/engine-error.js';
import { checkFlag, checkNumber, checkOptions, checkText, invalid } from '../util/check.js';
import { checkFaults } from './check-faults.js';
import { checkDebug } from './debug.js';
import { checkChargeLimits, checkMinimum } from './charge-limits.js';
import type { RunOptions, StartOptions } from '../model/run.js';
import type { LifecycleSettings, StartTarget } from './parts.js';

const START_OPTIONS: Record<keyof StartOptions, true> = {
    build: true,
    memory: true,
    timeout: true,
    maxItems: true,
    maxTotalChargeUsd: true,
    env: true,
    waitForFinish: true,
    contentType: true,
    metamorph: true,
    isolation: true,
    debug: true,
    webhooks: true,
    restartOnError: true,
    faults: true,
    seed: true,
    forcePermissionLevel: true,
};

/** The names of the options of `start`. */
export const START_OPTION_KEYS: readonly string[] = Object.keys(START_OPTIONS);

/** The names of those that can come as data, in the body of a request. */
export const START_BODY_KEYS: readonly string[] = START_OPTION_KEYS.filter((key) => key !== 'faults');

const MIN_MEMORY_MBYTES = 128;
/** The most memory that a run can be given. */
export const MAX_MEMORY_MBYTES = 32_768;
const DISK_PER_MEMORY = 2;
/** What a caller may wait for in one call; a longer wait is cut, as on the platform. */
export const MAX_WAIT_FOR_FINISH_SECS = 60;

/**
 * Checks the options of a start.
 *
 * @throws EngineError `unknown-option` or `invalid-value`.
 */
export function checkStartOptions(options: StartOptions): void {
    checkOptions('options', options, START_OPTION_KEYS);
    checkText('options.build', options.build);
    checkMemory(options.memory);
    checkNumber('options.timeout', options.timeout, 0);
    checkChargeLimits('options', options);
    checkNumber('options.waitForFinish', options.waitForFinish, 0);
    checkText('options.contentType', options.contentType);
    checkFlag('options.metamorph', options.metamorph);
    checkFlag('options.restartOnError', options.restartOnError);
    checkDebug('options.debug', options.debug);
    checkEnv(options.env);
    checkFaults('options.faults', options.faults);
    checkWebhookList(options.webhooks);
}

/** The options the run really runs with: the caller's, else the build's, else the Actor's. */
export function resolveRunOptions(
    options: StartOptions,
    { actor, memory, pricing }: StartTarget,
    { maxTotalMemoryMbytes }: Pick<LifecycleSettings, 'maxTotalMemoryMbytes'>,
): RunOptions {
    const { defaultRunOptions } = actor;
    const wanted = options.memory ?? defaultRunOptions.memoryMbytes;
    const memoryMbytes = Math.min(Math.max(wanted, memory.min ?? 0), memory.max ?? MAX_MEMORY_MBYTES);
    if (memoryMbytes > maxTotalMemoryMbytes) {
        throw new EngineError(
            'actor-memory-limit-exceeded',
            `The run asks for ${memoryMbytes} MB, but all runs together may use ${maxTotalMemoryMbytes} MB. ` +
                'Give the run less memory, or raise `maxTotalMemoryMbytes` of the engine.',
        );
    }
    const maxTotalChargeUsd = options.maxTotalChargeUsd ?? defaultRunOptions.maxTotalChargeUsd;
    checkMinimum({ maxTotalChargeUsd }, pricing);
    return {
        build: options.build ?? defaultRunOptions.build,
        timeoutSecs: options.timeout ?? defaultRunOptions.timeoutSecs,
        memoryMbytes,
        diskMbytes: memoryMbytes * DISK_PER_MEMORY,
        maxItems: options.maxItems ?? defaultRunOptions.maxItems,
        maxTotalChargeUsd,
        restartOnError: options.restartOnError ?? defaultRunOptions.restartOnError,
    };
}

/** Megabytes of a run: a power of two in the platform's range, or undefined. */
export function checkMemory(memory: unknown, path = 'options.memory'): void {
    if (memory === undefined) return;
    const isPower = typeof memory === 'number' && Number.isInteger(Math.log2(memory));
    if (isPower && memory >= MIN_MEMORY_MBYTES && memory <= MAX_MEMORY_MBYTES) return;
    const near = typeof memory === 'number' && memory > 0 ? `${nearestPower(memory)} is the nearest.` : '';
    throw invalid(path, memory, `a power of two from ${MIN_MEMORY_MBYTES} to ${MAX_MEMORY_MBYTES} (megabytes)`, near);
}

function nearestPower(memory: number): number {
    const power = 2 ** Math.round(Math.log2(memory));
    return Math.min(Math.max(power, MIN_MEMORY_MBYTES), MAX_MEMORY_MBYTES);
}

function checkEnv(env: unknown): void {
    if (env === undefined) return;
    if (typeof env !== 'object' || env === null || Array.isArray(env)) {
        throw invalid('options.env', env, 'an object of texts by variable name');
    }
    for (const [name, value] of Object.entries(env)) {
        if (typeof value !== 'string') throw invalid(`options.env.${name}`, value, 'a text', 'Use `String(value)`.');
        if (!/^[A-Za-z_]\w*$/.test(name)) {
            throw invalid('options.env', name, 'named with letters, digits and underscores');
        }
    }
}

/** What is in it is for whoever sends them to check. */
function checkWebhookList(webhooks: unknown): void {
    if (webhooks !== undefined && !Array.isArray(webhooks)) throw invalid('options.webhooks', webhooks, 'an array');
}
