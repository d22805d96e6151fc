import { EngineError } from '../../errors/engine-error.js';

/** The error for what the platform's SDK has and this one does not have yet. */
function notYetAvailable(what: string): EngineError {
    return new EngineError(
        'not-yet-available',
        `\`${what}\` is not yet available in the built-in SDK. To use it now, add \`apify\` to the Actor's own dependencies.`,
    );
}

/** A class that can be imported and named, but not made. */
export function unavailableClass(name: string): new (...args: unknown[]) => object {
    return class {
        constructor() {
            throw notYetAvailable(`new ${name}()`);
        }
    };
}
