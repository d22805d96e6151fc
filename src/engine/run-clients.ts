import { createClient } from '../client/client.js';
import type { ClientHost } from '../client/client-host.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { Emitter } from '../util/emitter.js';

/** The clients by which the Actors of one engine speak, one for each run, as long as it lives. */
export class RunClients {
    readonly #host: ClientHost;
    readonly #clients = new Map<string, Client>();

    constructor(host: ClientHost, emitter: Emitter<EngineEvents>) {
        this.#host = host;
        emitter.on('run.finished', ({ run }) => this.#clients.delete(run.id));
    }

    /** The client that speaks on behalf of a run. */
    of(runId: string): Client {
        const client = this.#clients.get(runId) ?? createClient(this.#host, { origin: 'ACTOR', runId });
        this.#clients.set(runId, client);
        return client;
    }
}
