import { dispatchCall } from '../../client/dispatch-call.js';
import { createClient } from '../../client/client.js';
import { operationOf, type LockOperation, type Operation } from '../../protocol/operations.js';
import { handleActorRequest } from './handle-actor-request.js';
import type { ActorApi } from '../../run/interfaces.js';
import type { Client } from '../../model/client/client.js';
import type { EngineEvents } from '../../model/events.js';
import type { CallSegment } from '../../protocol/calls.js';
import type { WebRequest, WebResponse } from '../../protocol/network.js';
import type { Emitter } from '../../util/emitter.js';
import type { ClientServices } from '../../client/services.js';
import type { FaultRegistry } from '../../run/faults/run-faults.js';
import type { RunService } from '../../run/run-service.js';

/** The services that the API of Actors uses. They exist by the first call. */
interface ActorApiServices {
    readonly runs: RunService;
    readonly faults: FaultRegistry;
    forOwnerOf(record: { userId: string }): { readonly services: ClientServices };
}

/** The API for the Actors of runs. Each live run has one client, which the faults of the run apply to. */
export class EngineActorApi implements ActorApi {
    readonly #services: ActorApiServices;
    readonly #clients = new Map<string, Client>();

    constructor(emitter: Emitter<EngineEvents>, services: ActorApiServices) {
        this.#services = services;
        emitter.on('run.finished', ({ run }) => this.#clients.delete(run.id));
    }

    /** Returns the client that acts on behalf of a run. */
    getClient(runId: string): Client {
        const existing = this.#clients.get(runId);
        if (existing) return existing;
        const { runs, faults: registry } = this.#services;
        const { services } = this.#services.forOwnerOf(runs.peek(runId) ?? { userId: '' });
        const faults = registry.get(runId);
        const lockLossRule = faults && ((operation: LockOperation) => faults.lockLossFor(`requestQueue.${operation}`));
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
        const faults = this.#services.faults.get(runId);
        const operation = faults && operationOf(steps);
        if (operation) await faults.apply(operation);
        return dispatchCall(this.getClient(runId), steps);
    }

    request(runId: string, request: WebRequest): Promise<WebResponse> {
        const faults = this.#services.faults.get(runId);
        const faultHook = faults && ((operation: Operation) => faults.apply(operation));
        return handleActorRequest(request, this.getClient(runId), faultHook);
    }
}
