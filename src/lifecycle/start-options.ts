import { EngineError } from '../errors/engine-error.js';
import { checkFlag, checkNumber, checkOptions, checkText, invalid, show, checkWord } from '../util/check.js';
import { checkDebug } from './debug.js';
import { ISOLATIONS, type Isolation } from '../model/execution.js';
import type { RunOptions, StartOptions } from '../model/run.js';
import type { RunSettings, RunTarget, RunDependencies } from './dependencies.js';
import type { ActorRunPricingInfo } from '../model/pricing.js';
import type { RunInput } from '../model/run-document.js';
import type { FaultScript } from '../model/faults.js';

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
    { actor, memory, pricing }: RunTarget,
    { maxTotalMemoryMbytes }: Pick<RunSettings, 'maxTotalMemoryMbytes'>,
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

/** What a run may cost at most. */
export interface ChargeLimits {
    maxItems?: number;
    maxTotalChargeUsd?: number;
}

/**
 * Checks limits that a caller gives.
 *
 * @param path - What the caller calls the options that have them.
 * @throws EngineError `max-items-must-be-greater-than-zero`, `max-total-charge-usd-must-be-greater-than-zero`, or
 * `invalid-value` for what is no number.
 */
export function checkChargeLimits(path: string, limits: ChargeLimits | undefined): void {
    const { maxItems, maxTotalChargeUsd } = limits ?? {};
    if (maxItems !== undefined) {
        if (!Number.isInteger(maxItems)) throw invalid(`${path}.maxItems`, maxItems, 'a whole number, 1 or more');
        if (maxItems <= 0) throw tooSmall('max-items-must-be-greater-than-zero', `${path}.maxItems`, maxItems);
    }
    if (maxTotalChargeUsd === undefined) return;
    const where = `${path}.maxTotalChargeUsd`;
    if (!Number.isFinite(maxTotalChargeUsd)) throw invalid(where, maxTotalChargeUsd, 'a number of US dollars, above 0');
    if (maxTotalChargeUsd > 0) return;
    throw tooSmall('max-total-charge-usd-must-be-greater-than-zero', where, maxTotalChargeUsd);
}

/**
 * Refuses a limit under which the owner of the Actor does not let it run.
 *
 * @throws EngineError `max-total-charge-usd-below-minimum`.
 */
function checkMinimum({ maxTotalChargeUsd }: ChargeLimits, pricing: ActorRunPricingInfo | undefined): void {
    if (pricing?.pricingModel !== 'PAY_PER_EVENT') return;
    const { minimalMaxTotalChargeUsd: minimum } = pricing;
    if (minimum === undefined || maxTotalChargeUsd === undefined || maxTotalChargeUsd >= minimum) return;
    throw new EngineError(
        'max-total-charge-usd-below-minimum',
        `\`maxTotalChargeUsd\` is ${maxTotalChargeUsd}, but the Actor runs for $${minimum} or more only. ` +
            'Raise it, or leave it out for no limit.',
        { details: { maxTotalChargeUsd, minimum } },
    );
}

function tooSmall(
    code: 'max-items-must-be-greater-than-zero' | 'max-total-charge-usd-must-be-greater-than-zero',
    path: string,
    value: number,
): EngineError {
    const message = `\`${path}\` is ${show(value)}, but must be greater than 0. Leave it out for no limit.`;
    return new EngineError(code, message, { details: { path } });
}

/**
 * How a run is kept apart: as it was started with, else as its Actor says, else as the engine says.
 *
 * @param wanted - What the run was started with.
 */
export function chooseIsolation(
    wanted: Isolation | undefined,
    target: Pick<RunTarget, 'isolation' | 'isFunction'>,
    settings: Pick<RunSettings, 'isolation'>,
): Isolation {
    return target.isFunction ? 'inline' : (wanted ?? target.isolation ?? settings.isolation);
}

/** @throws EngineError `invalid-value`, or `isolation-impossible` for a function that is to leave the host. */
export function checkIsolation(wanted: unknown, path: string, isFunction: boolean): void {
    checkWord(path, wanted, ISOLATIONS);
    if (!isFunction || wanted === undefined || wanted === 'inline') return;
    throw new EngineError(
        'isolation-impossible',
        `\`${path}\` is '${String(wanted)}', but the Actor is a function of this process, which can only run inline. ` +
            'Leave the option out, or give the Actor as a module.',
    );
}

/** @throws EngineError `isolation-impossible` for setup files of a run in the host's own thread, which has been set up by the host. */
export function checkSetupFiles(setupFiles: readonly string[] | undefined, isolation: Isolation): void {
    if (setupFiles === undefined || setupFiles.length === 0 || isolation !== 'inline') return;
    throw new EngineError(
        'isolation-impossible',
        '`options.setupFiles` are imported in the thread or process of a run, but this run would have yours. Import them ' +
            'yourself, or give the run another isolation.',
    );
}

/**
 * The options of a new run, as {@link resolveRunOptions} finds them. Where nobody says how much memory it gets, and its
 * Actor works that out of the input and the options, it gets so much; if that fails, what it would get without.
 */
export function resolveWithMemory(
    options: StartOptions,
    target: RunTarget,
    input: RunInput | undefined,
    { settings, emit }: Pick<RunDependencies, 'settings' | 'emit'>,
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

/** Faults as `createFaults` makes them, or undefined. */
export function checkFaults(path: string, faults: unknown): void {
    if (faults === undefined) return;
    const { rules, note } = (faults ?? {}) as Partial<FaultScript>;
    if (Array.isArray(rules) && typeof note === 'function') return;
    throw invalid(path, faults, 'what `createFaults()` of `greenroom/testing` returns');
}
