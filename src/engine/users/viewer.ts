import { EngineError } from '../../errors/engine-error.js';
import type { User, Users } from './users.js';

/** Who looks at what an engine has. */
export interface Viewer {
    /** Undefined for whoever comes without a token. */
    readonly user: User | undefined;
    /** Whether something is the viewer's that was made by the user with this id. */
    owns(userId: string): boolean;
    /** The error for what the viewer may not have. `what` is a kind of thing, such as `dataset`. */
    refusal(what: string): EngineError;
}

/** A user, as somebody who looks. */
export function viewerOf(user: User, users: Users): Viewer {
    const isOnly = users.all.length === 1;
    return {
        user,
        owns: (userId) => isOnly || users.ownerOf({ userId }) === user,
        refusal: (what) =>
            new EngineError(
                'insufficient-permissions',
                // In the words of the platform, which clients' own tests look for.
                `Insufficient permissions for the ${what}. ` +
                    "Make sure you're passing a correct API token and that it has the required permissions.",
            ),
    };
}

/** Whoever comes without a token, and sees what anybody may see. */
export const NOBODY: Viewer = {
    user: undefined,
    owns: () => false,
    refusal: (what) =>
        new EngineError(
            'token-not-provided',
            `Authentication token was not provided, and not everybody may see the ${what}. ` +
                'Send `Authorization: Bearer <token>`, with the token of its owner.',
        ),
};
