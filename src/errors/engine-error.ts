import { ERROR_CATALOGUE, type ErrorCode } from './catalogue.js';
import { withRemedy, type Remedy } from './remedies.js';

const BRAND: unique symbol = Symbol.for('greenroom.engine-error') as never;

/** What an {@link EngineError} may carry besides its message. */
export interface EngineErrorOptions {
    /** Plain data about what went wrong: ids, fields, limits. */
    details?: Record<string, unknown>;
    /** Advice that other interfaces word in their own options. Its sentence is added to the message, its name to `details`. */
    remedy?: Remedy | undefined;
    cause?: unknown;
}

/**
 * The one kind of error that the engine throws.
 *
 * `code` is stable and is the platform's `error.type` where it has one; `type` and `statusCode` are what `apify-client`
 * calls the same two facts. Use {@link isEngineError} and not `instanceof`: it also holds across threads and realms.
 */
export class EngineError extends Error {
    readonly code: ErrorCode;
    /**
     * Plain data about what went wrong. `details.remedy`, if set, is the stable name of the advice that ends the message, such as
     * `'overwrite-storage'`; programs with other options than the library can show their own advice instead.
     */
    readonly details: Record<string, unknown>;

    constructor(code: ErrorCode, message: string, options: EngineErrorOptions = {}) {
        const { remedy } = options;
        super(withRemedy(message, remedy), options.cause === undefined ? undefined : { cause: options.cause });
        this.name = 'EngineError';
        this.code = code;
        this.details = { ...options.details, ...(remedy !== undefined && { remedy }) };
        Object.defineProperty(this, BRAND, { value: true });
    }

    /** The platform's name for {@link EngineError.code}. */
    get type(): ErrorCode {
        return this.code;
    }

    /** As {@link EngineError.details}, under the name that `apify-client` has for it. */
    get data(): Record<string, unknown> {
        return this.details;
    }

    /** The HTTP status that the API answers with. */
    get statusCode(): number {
        return ERROR_CATALOGUE[this.code].status;
    }
}

/** Whether a value is an {@link EngineError}, also one of another realm or another copy of the package. */
export function isEngineError(value: unknown): value is EngineError {
    return typeof value === 'object' && value !== null && BRAND in value;
}

/** The message of an error in the words of the API, which are documented for a few; clients get the rest as `data`. */
export function apiMessage({ code, message, details }: EngineError): string {
    const isOfItems = code === 'schema-validation-error' && details['invalidItems'] !== undefined;
    return isOfItems ? 'Schema validation failed' : message;
}
