import { ERROR_CATALOGUE, type ErrorCode } from './catalogue.js';
import { withRemedy, type Remedy } from './remedies.js';

const BRAND: unique symbol = Symbol.for('greenroom.engine-error') as never;

/** Options of an {@link EngineError}. */
export interface EngineErrorOptions {
    /** Plain data about the error: ids, fields, limits. Default: `{}`. */
    details?: Record<string, unknown>;
    /** Advice that ends the message. Programs with other options than the library, such as the CLI, show their own. */
    remedy?: Remedy | undefined;
    /** The error that caused this one. */
    cause?: unknown;
}

/**
 * The error that the engine throws.
 *
 * `code` is stable; where the platform has an `error.type` for the problem, it is that. `type`, `data` and `statusCode`
 * exist under the names of `apify-client`. Detect it with {@link isEngineError} rather than `instanceof`, which fails
 * across threads and realms.
 */
export class EngineError extends Error {
    /** Stable code: a key of the error catalogue. */
    readonly code: ErrorCode;
    /**
     * Plain data about the error; empty if there is none. `details.remedy`, if set, is the stable name of the advice that ends
     * the message, such as `'overwrite-storage'`.
     */
    readonly details: Record<string, unknown>;

    /** @param message - Says what is wrong, what was expected, and what to do. */
    constructor(code: ErrorCode, message: string, options: EngineErrorOptions = {}) {
        const { remedy } = options;
        super(withRemedy(message, remedy), options.cause === undefined ? undefined : { cause: options.cause });
        this.name = 'EngineError';
        this.code = code;
        this.details = { ...options.details, ...(remedy !== undefined && { remedy }) };
        Object.defineProperty(this, BRAND, { value: true });
    }

    /** {@link EngineError.code} under the name that the platform uses. */
    get type(): ErrorCode {
        return this.code;
    }

    /** {@link EngineError.details} under the name that `apify-client` uses. */
    get data(): Record<string, unknown> {
        return this.details;
    }

    /** HTTP status of the API's response. */
    get statusCode(): number {
        return ERROR_CATALOGUE[this.code].status;
    }
}

/** True if a value is an {@link EngineError}, including one of another realm or another copy of the package. */
export function isEngineError(value: unknown): value is EngineError {
    return typeof value === 'object' && value !== null && BRAND in value;
}

/**
 * Returns the message that the API sends. The platform documents a fixed text for some errors; clients find the rest in
 * `data`.
 */
export function apiMessage({ code, message, details }: EngineError): string {
    const isOfItems = code === 'schema-validation-error' && details['invalidItems'] !== undefined;
    return isOfItems ? 'Schema validation failed' : message;
}
