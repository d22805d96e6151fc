import { EngineError } from '../errors/engine-error.js';
import { show } from '../util/check.js';

const RECORD_KEY = /^[a-zA-Z0-9!\-_.'()]{1,256}$/;

/** Refuses a record's key that the platform would refuse: `invalid-record-key`, naming the key and the rule. */
export function checkRecordKey(key: unknown): asserts key is string {
    if (typeof key === 'string' && RECORD_KEY.test(key)) return;
    const message =
        `The key of a record is ${show(key)}, but must be 1 to 256 of the characters a-z A-Z 0-9 ! - _ . ' ( ). ` +
        'Replace the others, for instance by dashes.';
    throw new EngineError('invalid-record-key', message, { details: { key: show(key) } });
}
