import { performCall } from '../client/call-steps.js';
import { Admission } from '../lifecycle/admission.js';
import { ChargeDesk } from '../lifecycle/charge-desk.js';
import { RunService } from '../lifecycle/run-service.js';
import { answerRequest } from './answer-request.js';
import { createTargetFinder } from './find-target.js';
import { operationOf } from '../protocol/operations.js';
import type { CallStep } from '../protocol/calls.js';
import type { FaultDesk } from '../lifecycle/fault-desk.js';
import type { RunFaults } from '../lifecycle/run-faults.js';
import type { FindExecutor } from '../executor/executors.js';
import type { LifecycleParts } from '../lifecycle/parts.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { RunRegistry } from '../registry/runs.js';
import type { Storages } from '../storage/storages.js';
import type { Emitter } from '../util/emitter.js';
import type { Building } from './building.js';
import type { Medium } from './medium.js';
import type { ResolvedEngineOptions } from './options.js';
import type { Outside } from './outside.js';
import type { ActorProxy } from './proxy.js';
import type { QueueClients } from './queue-clients.js';
import type { Users } from './users/users.js';

/** What runs meet with in an engine. */
export interface RunSurroundings {
    emitter: Emitter<EngineEvents>;
    medium: Medium;
    users: Users;
    storages: Storages;
    building: Building;
    records: RunRegistry;
    findExecutor: FindExecutor;
    proxy: ActorProxy;
    outside: Outside;
    queueClients: QueueClients;
    faults: FaultDesk;
    networks: LifecycleParts['networks'];
    readWebhooks: LifecycleParts['readWebhooks'];
    /** The client that speaks on behalf of a run. */
    clientOfRun: (runId: string) => Client;
}

/** Makes what starts the runs of an engine and does to them what can be done to a run, and what they are charged by. */
export function createRuns(
    options: ResolvedEngineOptions,
    surroundings: RunSurroundings,
): { runs: RunService; charges: ChargeDesk } {
    const { emitter, medium, users, storages, building, records, queueClients, proxy, clientOfRun, ...same } =
        surroundings;
    const { clock } = options;
    const { actors, builds, logs } = building;
    const warn = (warning: EngineEvents['warning']): void => emitter.emit('warning', warning);
    const charges = new ChargeDesk({ clock, store: medium.charges, storages, warn });
    const runs = new RunService({
        ...same,
        clock,
        runs: records,
        tokens: users.all.map(({ token }) => token),
        storages,
        logs,
        charges,
        admission: new Admission(options),
        settings: options,
        emit: (name, event) => emitter.emit(name, event),
        refreshTarget: (idOrName, build) => building.actors.refreshBuild(idOrName, build),
        findTarget: createTargetFinder(building),
        proxyVariables: (document) => proxy.variables(surroundings.networks.of(document).policy),
        async readSeed(path, seed) {
            const { checkBeds, plant, readSeed } = await import('./storage-desk.js');
            const ready = await readSeed(path, seed);
            return async (run) => {
                const beds = {
                    dataset: storages.datasets.find(run.defaultDatasetId),
                    keyValueStore: storages.keyValueStores.find(run.defaultKeyValueStoreId),
                    requestQueue: storages.requestQueues.find(run.defaultRequestQueueId),
                };
                checkBeds(ready, beds);
                await plant(ready, beds);
            };
        },
        buildNumberOf: (buildId) => builds.require(buildId).build.buildNumber,
        releaseLocks: (runId) => queueClients.release(runId),
        countRun: (actorId) => actors.countRun(actorId),
        call(runId, steps) {
            const met = same.faults.of(runId);
            return met ? performMet(met, clientOfRun(runId), steps) : performCall(clientOfRun(runId), steps);
        },
        request(runId, request) {
            const met = same.faults.of(runId);
            return answerRequest(request, clientOfRun(runId), met && ((operation) => met.meet(operation)));
        },
    });
    return { runs, charges };
}

/** Performs a call after what it meets with. */
async function performMet(met: RunFaults, client: Client, steps: CallStep[]): Promise<unknown> {
    const operation = operationOf(steps);
    if (operation) await met.meet(operation);
    return performCall(client, steps);
}
