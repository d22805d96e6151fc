/**
 * Every code an {@link EngineError} can carry, with its HTTP status. A code that the platform has is spelled as its
 * `error.type`, so that the API needs no second table.
 */
export const ERROR_CATALOGUE = {
    'invalid-value': { status: 400, meaning: 'An argument has a value that is not allowed.' },
    'invalid-input': { status: 400, meaning: 'The input of a run cannot be used.' },
    'invalid-record-key': { status: 400, meaning: 'A record key has characters or a length that is not allowed.' },
    'invalid-collection': { status: 400, meaning: 'The schema of the key-value store has no such collection.' },
    'invalid-request': { status: 400, meaning: 'A request of a queue cannot be used.' },
    'request-id-invalid': { status: 400, meaning: 'The id of a request does not belong to its uniqueKey.' },
    'invalid-response-body': { status: 400, meaning: 'The bytes of a record are not of the type it is stored under.' },
    'request-too-large': { status: 413, meaning: 'A value is larger than the platform takes.' },
    'unknown-option': { status: 400, meaning: 'An option has a name that does not exist.' },
    'unknown-build-tag': { status: 400, meaning: 'The Actor has no build with that tag or number.' },
    'invalid-signature': { status: 400, meaning: 'A signed value was not signed here, or has been changed.' },
    'record-not-found': { status: 404, meaning: 'Nothing has that id or name.' },
    'actor-not-found': { status: 404, meaning: 'No Actor has that id or name.' },
    'name-not-unique': { status: 409, meaning: 'Another resource has that name already.' },
    'actor-source-invalid': { status: 400, meaning: 'The source of an Actor cannot be run.' },
    'actor-memory-limit-exceeded': { status: 402, meaning: 'The run asks for more memory than the engine may use.' },
    'cannot-remove-running-run': { status: 400, meaning: 'Only finished runs can be deleted.' },
    'run-failed': { status: 400, meaning: 'The run whose result was to be the answer has not succeeded.' },
    'run-not-finished': { status: 400, meaning: 'Only finished runs can be resurrected.' },
    'job-finished': { status: 400, meaning: 'A run that has ended can do no more, and is charged for nothing more.' },
    'max-metamorphs-exceeded': { status: 400, meaning: 'A run may become another Actor ten times.' },
    'max-items-must-be-greater-than-zero': {
        status: 400,
        meaning: 'A run with `maxItems` pays for one item at least.',
    },
    'max-total-charge-usd-must-be-greater-than-zero': { status: 400, meaning: 'A limit of cost is above 0.' },
    'max-total-charge-usd-below-minimum': { status: 400, meaning: 'The Actor does not run for so little.' },
    'cannot-charge-apify-event': { status: 400, meaning: 'Nobody but the engine charges for its own events.' },
    'cannot-charge-non-pay-per-event-actor': { status: 400, meaning: 'The Actor of the run is not paid per event.' },
    'cannot-metamorph-to-pay-per-result-actor': {
        status: 400,
        meaning: 'No run becomes an Actor that is paid per dataset item.',
    },
    'metamorph-forbidden': { status: 403, meaning: 'The run was started with the promise to stay the same Actor.' },
    'request-locked': { status: 409, meaning: 'Another client has locked the request.' },
    'storage-in-use': { status: 409, meaning: 'Another engine owns the storage directory.' },
    'storage-corrupted': { status: 500, meaning: 'A file of the storage directory cannot be read.' },
    'storage-failed': { status: 500, meaning: 'The disk did not take a write or a read.' },
    'engine-closed': { status: 409, meaning: 'The engine has been closed.' },
    'run-gone': { status: 500, meaning: 'The thread of the run ended before it was answered.' },
    'actor-failed-to-start': { status: 400, meaning: 'The code of the Actor could not be loaded.' },
    'isolation-impossible': { status: 400, meaning: 'The Actor cannot run in the isolation that was asked for.' },
    'not-yet-available': { status: 405, meaning: 'The platform has this; this version of the engine does not.' },
    'internal-error': { status: 500, meaning: 'The engine broke a promise of its own.' },
} as const satisfies Record<string, { status: number; meaning: string }>;

/** The stable name of what went wrong. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;
