import { createHmac } from 'node:crypto';
import { isSameSecret, secretTest } from '../util/same-secret.js';

const RUN_TOKEN = /^greenroom_run_([A-Za-z0-9]+)_[\w-]{43}$/;

/** The tokens of one engine: that of its owner, and one for each run, which is made of it and never kept. */
export class Tokens {
    readonly isOwner: (token: string) => boolean;
    readonly #owner: string;

    constructor(ownerToken: string) {
        this.#owner = ownerToken;
        this.isOwner = secretTest(ownerToken);
    }

    /** The token by which the Actor of a run, and what it starts, speaks to the API. */
    ofRun(runId: string): string {
        const proof = createHmac('sha256', this.#owner).update(`run ${runId}`).digest('base64url');
        return `greenroom_run_${runId}_${proof}`;
    }

    /** The id of the run that has this token, whether or not there is such a run; undefined if none ever has. */
    runOf(token: string): string | undefined {
        const runId = RUN_TOKEN.exec(token)?.[1];
        return runId !== undefined && isSameSecret(token, this.ofRun(runId)) ? runId : undefined;
    }
}
