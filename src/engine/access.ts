import { isTerminal } from '../model/status.js';
import type { Client } from '../model/client.js';
import type { Run } from '../model/run.js';
import type { Tokens } from './tokens.js';

/** What tokens lead to. */
export interface Access {
    /** The client of whoever has this token: the owner, or a run that has not ended; undefined if nobody has it. */
    readonly clientOfToken: (token: string) => Client | undefined;
    /** Whether a token may hear what a run is told: its own, or that of the owner. */
    readonly mayHear: (token: string, runId: string) => boolean;
    /** The client that answers what needs no token. */
    readonly openClient: () => Client;
    /** The engine's time, in milliseconds since the epoch. */
    readonly now: () => number;
}

/** What {@link createAccess} stands on. */
export interface AccessParts {
    readonly tokens: Tokens;
    readonly client: () => Client;
    readonly clientOfRun: (runId: string) => Client;
    readonly glance: (runId: string) => Run | undefined;
    /** The engine's time, in milliseconds since the epoch. */
    readonly now: () => number;
}

/** Says whose tokens are whose: the one place that knows. */
export function createAccess({ tokens, client, clientOfRun, glance, now }: AccessParts): Access {
    const liveRunOf = (token: string): string | undefined => {
        const runId = tokens.runOf(token);
        const run = runId === undefined ? undefined : glance(runId);
        return run === undefined || isTerminal(run.status) ? undefined : run.id;
    };
    return {
        clientOfToken(token) {
            if (tokens.isOwner(token)) return client();
            const runId = liveRunOf(token);
            return runId === undefined ? undefined : clientOfRun(runId);
        },
        mayHear: (token, runId) => tokens.isOwner(token) || liveRunOf(token) === runId,
        openClient: client,
        now,
    };
}
