import { Admission } from '../lifecycle/admission.js';
import { RunBilling } from '../lifecycle/billing.js';
import { RunService } from '../lifecycle/run-service.js';
import { createRunTargets } from './run-targets.js';
import type { RunDependencies } from '../lifecycle/dependencies.js';
import type { Storages } from '../storage/storages.js';
import type { ResolvedEngineOptions } from './options.js';
import type { EngineInfrastructure, EngineServices } from './services.js';

/** The services that have to exist before the service of runs. */
type BaseServices = Omit<EngineServices, 'runs' | 'userParts' | 'clientOfNobody'>;

/** Creates the service of runs, and their billing. `services` are all of them, once they exist. */
export function createRunService(
    options: ResolvedEngineOptions,
    { findExecutor, outside }: EngineInfrastructure,
    { emitter, medium, users, storages, building, records, faults, networks, actorApi }: BaseServices,
    services: () => EngineServices,
): { runs: RunService; charges: RunBilling } {
    const { clock } = options;
    const emit: RunDependencies['emit'] = (name, event) => emitter.emit(name, event);
    const charges = new RunBilling({ clock, store: medium.charges, storages, warn: (event) => emit('warning', event) });
    const runs = new RunService({
        clock,
        settings: options,
        runs: records,
        storages,
        logs: building.logs,
        charges,
        faults,
        admission: new Admission(options),
        targets: createRunTargets(building),
        networks,
        external: outside,
        actorApi,
        tokens: users.all.map(({ token }) => token),
        findExecutor,
        readWebhooks: (path, list, userId) => services().userParts.ownerOf({ userId }).webhooks.readAdHoc(path, list),
        readSeed: (path, seed) => readSeedOfRun(storages, path, seed),
        emit,
    });
    return { runs, charges };
}

async function readSeedOfRun(
    { datasets, keyValueStores, requestQueues }: Storages,
    ...[path, seed]: Parameters<RunDependencies['readSeed']>
): ReturnType<RunDependencies['readSeed']> {
    const { checkBeds, plant, readSeed } = await import('./storage-desk.js');
    const ready = await readSeed(path, seed);
    return async (run) => {
        const targets = {
            dataset: datasets.find(run.defaultDatasetId),
            keyValueStore: keyValueStores.find(run.defaultKeyValueStoreId),
            requestQueue: requestQueues.find(run.defaultRequestQueueId),
        };
        checkBeds(ready, targets);
        await plant(ready, targets);
    };
}
