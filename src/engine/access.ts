import { EngineError } from '../errors/engine-error.js';
import { isTerminal } from '../model/status.js';
import type { ApiAccess, OwnedKind } from '../api/context.js';
import type { FaultRegistry } from '../lifecycle/run-faults.js';
import type { Client } from '../model/client.js';
import type { Run } from '../model/run.js';
import type { Storages } from '../storage/storages.js';
import type { RunTokens } from './run-tokens.js';
import type { User, Users } from './users/users.js';

/** What tokens lead to. */
export interface Access extends ApiAccess {
    /** Whether a token may hear what a run is told: its own, or that of the user whose it is. */
    readonly mayHear: (token: string, runId: string) => boolean;
}

/** What {@link createAccess} stands on. */
export interface AccessParts {
    readonly users: () => Users;
    readonly tokens: RunTokens;
    readonly clientOfUser: (user: User) => Client;
    readonly clientOfRun: (runId: string) => Client;
    readonly clientOfNobody: () => Client;
    readonly faultsOf: FaultRegistry['get'];
    readonly glance: (runId: string) => Run | undefined;
    readonly storages: () => Storages;
    readonly isClosed: () => boolean;
    /** The engine's time, in milliseconds since the epoch. */
    readonly now: () => number;
}

/** Says whose tokens are whose: the one place that knows. */
export function createAccess(parts: AccessParts): Access {
    const { users, tokens, clientOfUser, clientOfRun, clientOfNobody, faultsOf, glance, storages, isClosed, now } =
        parts;
    const liveRunOf = (token: string): string | undefined => {
        const runId = tokens.runOf(token);
        const run = runId === undefined ? undefined : glance(runId);
        return run === undefined || isTerminal(run.status) ? undefined : run.id;
    };
    return {
        checkOpen() {
            if (isClosed())
                throw new EngineError('engine-closed', 'The engine is closed and answers no more requests.');
        },
        clientOfToken(token) {
            const user = users().ofToken(token);
            if (user) return clientOfUser(user);
            const runId = liveRunOf(token);
            return runId === undefined ? undefined : clientOfRun(runId);
        },
        hinderOf(token) {
            const met = faultsOf(tokens.runOf(token) ?? '');
            return met && ((operation) => met.apply(operation));
        },
        mayHear(token, runId) {
            const user = users().ofToken(token);
            if (user === undefined) return liveRunOf(token) === runId;
            const run = glance(runId);
            // Whether there is a run is for those to say who listen to it.
            return run === undefined || users().ownerOf(run) === user;
        },
        openClient: clientOfNobody,
        ownerClient(kind, reference) {
            const userId = kind === 'run' ? glance(reference)?.userId : ownerIdIn(storages(), kind, reference);
            return userId === undefined ? undefined : clientOfUser(users().ownerOf({ userId }));
        },
        now,
    };
}

function ownerIdIn(
    { datasets, keyValueStores }: Storages,
    kind: Exclude<OwnedKind, 'run'>,
    reference: string,
): string | undefined {
    return (kind === 'dataset' ? datasets.find(reference) : keyValueStores.find(reference))?.info().userId;
}
