import { createClient } from '../client/client.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { FaultDesk } from '../lifecycle/fault-desk.js';
import type { LockOperation } from '../protocol/operations.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { AllUserParts } from './users/user-parts.js';
import type { Emitter } from '../util/emitter.js';

/** The clients by which the Actors of one engine speak, one for each run, as long as it lives. */
export class RunClients {
    readonly #users: Pick<AllUserParts, 'ownerOf'>;
    readonly #runs: Pick<RunService, 'glance' | 'userOf'>;
    readonly #faults: Pick<FaultDesk, 'of'>;
    readonly #clients = new Map<string, Client>();

    constructor(
        users: Pick<AllUserParts, 'ownerOf'>,
        emitter: Emitter<EngineEvents>,
        runs: Pick<RunService, 'glance' | 'userOf'>,
        faults: Pick<FaultDesk, 'of'>,
    ) {
        this.#faults = faults;
        this.#users = users;
        this.#runs = runs;
        emitter.on('run.finished', ({ run }) => this.#clients.delete(run.id));
    }

    /** The client that speaks on behalf of a run. */
    of(runId: string): Client {
        const known = this.#clients.get(runId);
        if (known) return known;
        const { services } = this.#users.ownerOf(this.#runs.glance(runId) ?? { userId: '' });
        const met = this.#faults.of(runId);
        const lossBy = met && ((operation: LockOperation) => met.lossBy(`requestQueue.${operation}`));
        const client = createClient(() => services, { origin: 'ACTOR', runId, user: this.#runs.userOf(runId), lossBy });
        this.#clients.set(runId, client);
        return client;
    }
}
