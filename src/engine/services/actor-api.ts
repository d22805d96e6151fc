import { dispatchCall } from '../../client/dispatch-call.js';
import { createClient } from '../../client/client.js';
import { operationOf, type LockOperation } from '../../protocol/operations.js';
import { handleActorRequest } from './handle-actor-request.js';
import type { ActorApi } from '../../run/interfaces.js';
import type { Client } from '../../model/client/client.js';
import type { EngineEvents } from '../../model/events.js';
import type { CallSegment } from '../../protocol/calls.js';
import type { WebRequest, WebResponse } from '../../protocol/network.js';
import type { Emitter } from '../../util/emitter.js';
import type { EngineServices } from './services.js';

/** The API for the Actors of runs: each live run has one client, which is subject to its faults. */
export class EngineActorApi implements ActorApi {
    readonly #services: EngineServices;
    readonly #clients = new Map<string, Client>();

    constructor(emitter: Emitter<EngineEvents>, services: EngineServices) {
        this.#services = services;
        emitter.on('run.finished', ({ run }) => this.#clients.delete(run.id));
    }

    /** The client that acts on behalf of a run. */
    clientOf(runId: string): Client {
        const known = this.#clients.get(runId);
        if (known) return known;
        const { runs, faults } = this.#services;
        const { services } = this.#services.forOwnerOf(runs.peek(runId) ?? { userId: '' });
        const met = faults.get(runId);
        const lockLossRule = met && ((operation: LockOperation) => met.lockLossFor(`requestQueue.${operation}`));
        const client = createClient(() => services, {
            origin: 'ACTOR',
            runId,
            usageRecorder: runs.createUsageRecorder(runId),
            lockLossRule,
        });
        this.#clients.set(runId, client);
        return client;
    }

    async call(runId: string, steps: CallSegment[]): Promise<unknown> {
        const met = this.#services.faults.get(runId);
        const operation = met && operationOf(steps);
        if (operation) await met.apply(operation);
        return dispatchCall(this.clientOf(runId), steps);
    }

    request(runId: string, request: WebRequest): Promise<WebResponse> {
        const met = this.#services.faults.get(runId);
        return handleActorRequest(request, this.clientOf(runId), met && ((operation) => met.apply(operation)));
    }
}
