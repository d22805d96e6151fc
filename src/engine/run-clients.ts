import { createClient } from '../client/client.js';
import type { ClientHost } from '../client/client-host.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { UseCounter } from '../storage/use-counter.js';
import type { Emitter } from '../util/emitter.js';

/** The clients by which the Actors of one engine speak, one for each run, as long as it lives. */
export class RunClients {
    readonly #host: ClientHost;
    readonly #userOf: (runId: string) => UseCounter;
    readonly #clients = new Map<string, Client>();

    /** @param userOf - Who is told what the Actor of a run does to the data of storages. */
    constructor(host: ClientHost, emitter: Emitter<EngineEvents>, userOf: (runId: string) => UseCounter) {
        this.#host = host;
        this.#userOf = userOf;
        emitter.on('run.finished', ({ run }) => this.#clients.delete(run.id));
    }

    /** The client that speaks on behalf of a run. */
    of(runId: string): Client {
        const known = this.#clients.get(runId);
        if (known) return known;
        const client = createClient(this.#host, { origin: 'ACTOR', runId, user: this.#userOf(runId) });
        this.#clients.set(runId, client);
        return client;
    }
}
