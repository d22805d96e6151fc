import type { QueueOperationOptions } from '../../model/api/storage.js';
import { checkFlag, checkNumber, checkOptions, checkWhole, invalid } from '../../util/check.js';

/** Maximum number of requests that one batch can add or delete, and that one call can lock. */
export const MAX_BATCH_SIZE = 25;
/** Maximum number of requests in the head of a queue. */
const MAX_HEAD_SIZE = 1000;

const DEFAULT_HEAD_SIZE = 100;

/** Options to lock the head of a queue. */
export interface LockHeadOptions {
    lockSecs: number;
    /** 1 to 25. Default: 25. */
    limit?: number;
}

/** Options to prolong a lock. */
export interface ProlongLockOptions extends QueueOperationOptions {
    /** Duration from now on. */
    lockSecs: number;
}

/** Throws `invalid-value` if the key of a client is not a string of 1 to 32 characters. Undefined is allowed. */
export function checkClientKey(clientKey: unknown): asserts clientKey is string | undefined {
    if (clientKey === undefined) return;
    if (typeof clientKey === 'string' && clientKey.length >= 1 && clientKey.length <= 32) return;
    throw invalid('clientKey', clientKey, 'a string of 1 to 32 characters');
}

/** Returns true if a request goes to the front of the queue. */
export function resolveForefront(options: QueueOperationOptions | undefined): boolean {
    if (options === undefined) return false;
    checkOptions('options', options, ['forefront']);
    checkFlag('options.forefront', options.forefront);
    return options.forefront ?? false;
}

/** Throws `invalid-value` if a batch is not an array or is too large. */
export function checkBatch(requests: unknown): asserts requests is unknown[] {
    if (Array.isArray(requests) && requests.length <= MAX_BATCH_SIZE) return;
    throw invalid(
        'requests',
        requests,
        `an array of up to ${MAX_BATCH_SIZE} requests`,
        Array.isArray(requests) ? 'Split it into smaller batches.' : '',
    );
}

/** Returns the number of requests in the head. */
export function resolveHeadLimit(limit: unknown): number {
    checkWhole('limit', limit, 0, MAX_HEAD_SIZE);
    return (limit as number | undefined) || DEFAULT_HEAD_SIZE;
}

/** Returns the maximum number of requests to lock, and the duration of the locks. */
export function resolveLockHead(options: LockHeadOptions): { limit: number; lockMillis: number } {
    checkOptions('options', options, ['lockSecs', 'limit']);
    checkWhole('options.limit', options.limit, 0, MAX_BATCH_SIZE);
    return { limit: options.limit || MAX_BATCH_SIZE, lockMillis: toLockMillis(options.lockSecs) };
}

/** Returns the duration of a lock from now on, and whether the request returns to the front of the queue. */
export function resolveProlongLock(options: ProlongLockOptions): { lockMillis: number; forefront: boolean } {
    checkOptions('options', options, ['lockSecs', 'forefront']);
    checkFlag('options.forefront', options.forefront);
    return { lockMillis: toLockMillis(options.lockSecs), forefront: options.forefront ?? false };
}

function toLockMillis(lockSecs: unknown): number {
    if (lockSecs === undefined) throw invalid('options.lockSecs', lockSecs, 'a number of seconds');
    checkNumber('options.lockSecs', lockSecs, 0);
    return (lockSecs as number) * 1000;
}
