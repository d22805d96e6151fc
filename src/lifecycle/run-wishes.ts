import { withoutUndefined } from '../util/without-undefined.js';
import { resolveDebug } from './debug.js';
import type { RunDocument } from '../model/run-document.js';
import type { GivenToRun, StartOptions } from '../model/run.js';

/** What whoever starts a run wants of it, as it is kept beside its record. */
export type RunWishes = Pick<RunDocument, 'env' | 'metamorph' | 'isolation' | 'debug' | 'setupFiles' | 'hasOwnNetwork'>;

const NO_ENV: Readonly<Record<string, string>> = Object.freeze({});

export function readWishes(options: StartOptions, given: GivenToRun): RunWishes {
    const { env, metamorph, isolation, debug } = options;
    return {
        env: env === undefined ? NO_ENV : { ...env },
        ...withoutUndefined({
            metamorph: metamorph === false ? false : undefined,
            isolation,
            debug: debug === undefined ? undefined : resolveDebug(debug),
            setupFiles: given.setupFiles,
            hasOwnNetwork: given.network === undefined ? undefined : true,
        }),
    };
}
