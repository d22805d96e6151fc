import { createHmac } from 'node:crypto';
import { isSameSecret } from '../util/same-secret.js';

const RUN_TOKEN = /^greenroom_run_([A-Za-z0-9]+)_[\w-]{43}$/;

/** The tokens of runs, one for each, which are made of the owner's and never kept. */
export class RunTokens {
    readonly #ownerToken: () => string;

    constructor(ownerToken: () => string) {
        this.#ownerToken = ownerToken;
    }

    /** The token by which the Actor of a run, and what it starts, speaks to the API. */
    of(runId: string): string {
        const proof = createHmac('sha256', this.#ownerToken()).update(`run ${runId}`).digest('base64url');
        return `greenroom_run_${runId}_${proof}`;
    }

    /** The id of the run that has this token, whether or not there is such a run; undefined if none ever has. */
    runOf(token: string): string | undefined {
        const runId = RUN_TOKEN.exec(token)?.[1];
        return runId !== undefined && isSameSecret(token, this.of(runId)) ? runId : undefined;
    }
}
