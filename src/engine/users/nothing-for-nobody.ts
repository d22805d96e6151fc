import type { Viewer } from './viewer.js';

/** A directory of what only users have: whatever is asked of it is refused. */
export function nothingFor<Directory extends object>(viewer: Viewer, what: string): Directory {
    return new Proxy({} as Directory, {
        get: () => () => {
            throw viewer.refusal(what);
        },
    });
}
