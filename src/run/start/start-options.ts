import { EngineError } from '../../errors/engine-error.js';
import {
    checkedLater,
    checkEach,
    checkFlag,
    checkNumber,
    checkText,
    checkWord,
    invalid,
    invalidPart,
    show,
    type Check,
} from '../../util/check.js';
import { checkDebug } from './debug.js';
import { ISOLATIONS, type Isolation } from '../../model/execution.js';
import type { RunOptions, StartOptions } from '../../model/api/run.js';
import type { RunSettings, RunTarget } from '../interfaces.js';
import type { RunDependencies } from '../dependencies.js';
import type { PayPerEventActorPricingInfo } from '../../model/api/pricing.js';
import type { RunInput } from '../../model/api/run-document.js';
import type { FaultScript } from '../../model/faults.js';

/** The check of each option of `start`. */
const START_CHECKS: Readonly<Record<keyof StartOptions, Check>> = {
    build: checkText,
    memory: checkMemory,
    timeout: (path, value) => checkNumber(path, value, 0),
    maxItems: checkMaxItems,
    maxTotalChargeUsd: checkMaxTotalCharge,
    env: checkEnv,
    waitForFinish: (path, value) => checkNumber(path, value, 0),
    contentType: checkText,
    metamorph: checkFlag,
    isolation: (path, value) => checkWord(path, value, ISOLATIONS),
    debug: checkDebug,
    // The webhook service validates each of them.
    webhooks: (path, value) => {
        if (value !== undefined && !Array.isArray(value)) throw invalid(path, value, 'an array');
    },
    restartOnError: checkFlag,
    faults: checkFaults,
    seed: checkedLater,
    forcePermissionLevel: checkedLater,
};

/** The names of the options of `start`. */
export const START_OPTION_KEYS: readonly string[] = Object.keys(START_CHECKS);

/** The names of the options that can be sent as JSON in the body of a request. */
export const START_BODY_KEYS: readonly string[] = START_OPTION_KEYS.filter((key) => key !== 'faults');

const MIN_MEMORY_MBYTES = 128;
/** Maximum memory of a run. */
export const MAX_MEMORY_MBYTES = 32_768;
const DISK_PER_MEMORY = 2;
/** Maximum wait of one call; longer waits are capped, as on the platform. */
export const MAX_WAIT_FOR_FINISH_SECS = 60;

/**
 * Validates the options of a start.
 *
 * @throws EngineError `unknown-option` or `invalid-value`.
 */
export function checkStartOptions(options: StartOptions): void {
    checkEach('options', options, START_CHECKS);
}

/** Resolves the options of a run: those of the start, within the memory limits of the build, with defaults from the Actor. */
export function resolveRunOptions(
    options: StartOptions,
    { actor, memory, pricing }: RunTarget,
    { maxTotalMemoryMbytes }: Pick<RunSettings, 'maxTotalMemoryMbytes'>,
): RunOptions {
    const { defaultRunOptions } = actor;
    const requested = options.memory ?? defaultRunOptions.memoryMbytes;
    const memoryMbytes = Math.min(Math.max(requested, memory.min ?? 0), memory.max ?? MAX_MEMORY_MBYTES);
    if (memoryMbytes > maxTotalMemoryMbytes) {
        throw new EngineError(
            'actor-memory-limit-exceeded',
            `The run requests ${memoryMbytes} MB of memory, but the limit for all runs together is ${maxTotalMemoryMbytes} MB.`,
            { remedy: 'add-memory' },
        );
    }
    const maxTotalChargeUsd = options.maxTotalChargeUsd ?? defaultRunOptions.maxTotalChargeUsd;
    if (pricing?.pricingModel === 'PAY_PER_EVENT') checkMinimumCharge(maxTotalChargeUsd, pricing);
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

/** Validates the memory of a run in megabytes: a power of two in the platform's range, or undefined. */
export function checkMemory(path: string, memory: unknown): void {
    if (memory === undefined) return;
    const isPower = typeof memory === 'number' && Number.isInteger(Math.log2(memory));
    if (isPower && memory >= MIN_MEMORY_MBYTES && memory <= MAX_MEMORY_MBYTES) return;
    const hint = typeof memory === 'number' && memory > 0 ? `${nearestPower(memory)} is the nearest.` : '';
    throw invalid(path, memory, `a power of two from ${MIN_MEMORY_MBYTES} to ${MAX_MEMORY_MBYTES} (megabytes)`, hint);
}

function nearestPower(memory: number): number {
    const power = 2 ** Math.round(Math.log2(memory));
    return Math.min(Math.max(power, MIN_MEMORY_MBYTES), MAX_MEMORY_MBYTES);
}

function checkEnv(path: string, env: unknown): void {
    if (env === undefined) return;
    if (typeof env !== 'object' || env === null || Array.isArray(env)) {
        throw invalid(path, env, 'an object with string values by variable name');
    }
    for (const [name, value] of Object.entries(env)) {
        if (typeof value !== 'string') throw invalid(`${path}.${name}`, value, 'a string', 'Use `String(value)`.');
        if (!/^[A-Za-z_]\w*$/.test(name))
            throw invalidPart(
                path,
                `A name in \`${path}\``,
                name,
                'letters, digits and underscores, and must not start with a digit',
            );
    }
}

/** @throws EngineError `max-items-must-be-greater-than-zero`, or `invalid-value` for a value that is not a whole number. */
export function checkMaxItems(path: string, maxItems: unknown): void {
    if (maxItems === undefined) return;
    if (!Number.isInteger(maxItems)) throw invalid(path, maxItems, 'a whole number, 1 or more');
    if ((maxItems as number) <= 0) throw tooSmall('max-items-must-be-greater-than-zero', path, maxItems as number);
}

/** @throws EngineError `max-total-charge-usd-must-be-greater-than-zero`, or `invalid-value` for a value that is not a number. */
export function checkMaxTotalCharge(path: string, usd: unknown): void {
    if (usd === undefined) return;
    if (!Number.isFinite(usd)) throw invalid(path, usd, 'a number of US dollars, above 0');
    if ((usd as number) <= 0) throw tooSmall('max-total-charge-usd-must-be-greater-than-zero', path, usd as number);
}

/**
 * Refuses a charge limit below the minimum of the Actor.
 *
 * @throws EngineError `max-total-charge-usd-below-minimum`.
 */
function checkMinimumCharge(
    maxTotalChargeUsd: number | undefined,
    { minimalMaxTotalChargeUsd: minimum }: PayPerEventActorPricingInfo,
): void {
    if (minimum === undefined || maxTotalChargeUsd === undefined || maxTotalChargeUsd >= minimum) return;
    throw new EngineError(
        'max-total-charge-usd-below-minimum',
        `\`maxTotalChargeUsd\` is ${maxTotalChargeUsd}, but the Actor requires at least $${minimum}. ` +
            'Increase it, or omit it for no limit.',
        { details: { maxTotalChargeUsd, minimum } },
    );
}

function tooSmall(
    code: 'max-items-must-be-greater-than-zero' | 'max-total-charge-usd-must-be-greater-than-zero',
    path: string,
    value: number,
): EngineError {
    const message = `\`${path}\` is ${show(value)}, but must be greater than 0. Omit it for no limit.`;
    return new EngineError(code, message, { details: { path } });
}

/** Returns the isolation of a run: that of the start, else of the Actor, else of the engine. */
export function chooseIsolation(
    requested: Isolation | undefined,
    target: Pick<RunTarget, 'isolation' | 'isFunction'>,
    settings: Pick<RunSettings, 'isolation'>,
): Isolation {
    return target.isFunction ? 'inline' : (requested ?? target.isolation ?? settings.isolation);
}

/**
 * Validates the isolation of an Actor or a run.
 *
 * @throws EngineError `invalid-value`, or `isolation-impossible` for a function outside of the host's thread.
 */
export function checkIsolation(requested: unknown, path: string, isFunction: boolean): void {
    checkWord(path, requested, ISOLATIONS);
    if (!isFunction || requested === undefined || requested === 'inline') return;
    throw new EngineError(
        'isolation-impossible',
        `\`${path}\` is '${String(requested)}', but the Actor is a function in this process, which can only run inline. ` +
            'Omit the option, or provide the Actor as a module.',
    );
}

/**
 * Refuses an isolation that is not possible for a run.
 *
 * @throws EngineError `isolation-impossible`, also for setup files of an inline run, whose thread is the host's.
 */
export function checkIsolationOfRun(
    requested: Isolation | undefined,
    setupFiles: readonly string[] | undefined,
    target: Pick<RunTarget, 'isolation' | 'isFunction'>,
    settings: Pick<RunSettings, 'isolation'>,
): void {
    if (target.isFunction) checkIsolation(requested, 'options.isolation', true);
    if (setupFiles === undefined || chooseIsolation(requested, target, settings) !== 'inline') return;
    throw new EngineError(
        'isolation-impossible',
        '`options.setupFiles` require a run in its own thread or process, but this run is inline. Import the modules ' +
            'yourself, or set another isolation.',
    );
}

/**
 * Resolves the options of a new run. If the start sets no memory and the build computes it from the input and the options, uses
 * the computed memory; if the computation fails, the default.
 */
export function resolveWithMemory(
    options: StartOptions,
    target: RunTarget,
    input: RunInput | undefined,
    { settings, emitter }: Pick<RunDependencies, 'settings' | 'emitter'>,
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
            `The memory of a run of \`${username}/${name}\` could not be computed: ${(error as Error).message}. ` +
            `The run gets ${resolved.memoryMbytes} MB. Correct \`defaultMemoryMbytes\` in the Actor's actor.json.`;
        emitter.emit('warning', { message, error });
        return resolved;
    }
}

/** Validates the `faults` option: faults from `createFaults()`, or undefined. */
export function checkFaults(path: string, faults: unknown): void {
    if (faults === undefined) return;
    const { rules, record } = (faults ?? {}) as Partial<FaultScript>;
    if (Array.isArray(rules) && typeof record === 'function') return;
    throw invalid(path, faults, 'the result of `createFaults()` from `greenroom/testing`');
}
