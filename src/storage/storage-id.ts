import { EngineError } from '../errors/engine-error.js';
import { show } from '../util/check.js';

const SAFE_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether a text may be the id of a storage, and so the name of a directory. */
export function isStorageId(id: string): boolean {
    return SAFE_ID.test(id);
}

/**
 * Refuses ids that could lead outside of the storage directory. The layers above make the ids themselves, so this is the
 * last door and not the first.
 *
 * @throws {@link EngineError} `invalid-value`.
 */
export function checkStorageId(id: string): void {
    if (isStorageId(id)) return;
    throw new EngineError(
        'invalid-value',
        `The id of a storage is ${show(id)}, but must be 1 to 64 letters, digits, hyphens or underscores.`,
        { details: { id } },
    );
}
