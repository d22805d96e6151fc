import type { EngineError } from './engine-error.js';

/** The message of an error in the words of the API, which are documented for a few; clients get the rest as `data`. */
export function apiMessage({ code, message, details }: EngineError): string {
    const isOfItems = code === 'schema-validation-error' && details['invalidItems'] !== undefined;
    return isOfItems ? 'Schema validation failed' : message;
}
