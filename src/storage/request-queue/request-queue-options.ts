import type { QueueOperationOptions } from '../../model/api/storage.js';
import { checkFlag, checkNumber, checkOptions, checkWhole, invalid } from '../../util/check.js';

/** The most requests that one batch can add or delete, and that one call can lock. */
export const MAX_BATCH_SIZE = 25;
/** The most requests that the head of a queue shows. */
const MAX_HEAD_SIZE = 1000;

const DEFAULT_HEAD_SIZE = 100;

/** How to lock the head of a queue. */
export interface LockHeadOptions {
    lockSecs: number;
    /** 1 to 25. Default: 25. */
    limit?: number;
}

/** How to give a lock another end. */
export interface ProlongLockOptions extends QueueOperationOptions {
    /** From now on. */
    lockSecs: number;
}

/** Checks who is speaking to a queue: a text of 1 to 32 characters, or nobody in particular. */
export function checkClientKey(clientKey: unknown): asserts clientKey is string | undefined {
    if (clientKey === undefined) return;
    if (typeof clientKey === 'string' && clientKey.length >= 1 && clientKey.length <= 32) return;
    throw invalid('clientKey', clientKey, 'a text of 1 to 32 characters');
}

/** Whether a request goes to the front. */
export function resolveForefront(options: QueueOperationOptions | undefined): boolean {
    if (options === undefined) return false;
    checkOptions('options', options, ['forefront']);
    checkFlag('options.forefront', options.forefront);
    return options.forefront ?? false;
}

/** Refuses a batch that is none, or is too large. */
export function checkBatch(requests: unknown): asserts requests is unknown[] {
    if (Array.isArray(requests) && requests.length <= MAX_BATCH_SIZE) return;
    throw invalid(
        'requests',
        requests,
        `an array of ${MAX_BATCH_SIZE} requests at most`,
        'Split it into smaller ones.',
    );
}

/** How many requests of the head to show. */
export function resolveHeadLimit(limit: unknown): number {
    checkWhole('limit', limit, 0, MAX_HEAD_SIZE);
    return (limit as number | undefined) || DEFAULT_HEAD_SIZE;
}

/** How many requests to lock, and for how many milliseconds. */
export function resolveLockHead(options: LockHeadOptions): { limit: number; toLockMillis: number } {
    checkOptions('options', options, ['lockSecs', 'limit']);
    checkWhole('options.limit', options.limit, 0, MAX_BATCH_SIZE);
    return { limit: options.limit || MAX_BATCH_SIZE, toLockMillis: lockMillis(options.lockSecs) };
}

/** For how many milliseconds to lock from now on, and where the request goes then. */
export function resolveProlongLock(options: ProlongLockOptions): { lockMillis: number; forefront: boolean } {
    checkOptions('options', options, ['lockSecs', 'forefront']);
    checkFlag('options.forefront', options.forefront);
    return { lockMillis: lockMillis(options.lockSecs), forefront: options.forefront ?? false };
}

function lockMillis(lockSecs: unknown): number {
    if (lockSecs === undefined) throw invalid('options.lockSecs', lockSecs, 'a number of seconds');
    checkNumber('options.lockSecs', lockSecs, 0);
    return (lockSecs as number) * 1000;
}
