import { createClient } from '../client/client.js';
import { RetentionScheduler } from '../lifecycle/retention.js';
import { FaultRegistry } from '../lifecycle/run-faults.js';
import { RunRegistry } from '../registry/runs.js';
import { Storages } from '../storage/storages.js';
import { branchOf, type BranchEmitter, type Emitter } from '../util/emitter.js';
import { EngineActorApi } from './actor-api.js';
import { createBuilding, type Building } from './building.js';
import { createRunService } from './create-run-service.js';
import { NetworkPolicies } from './network/network-policies.js';
import { QueueClients } from './queue-clients.js';
import { AllUserParts, servicesWithoutToken, type SharedServices } from './users/user-parts.js';
import { openUsers, type Users } from './users/users.js';
import type { FindExecutor } from '../executor/executors.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { ActorFunctions } from '../registry/building/builds.js';
import type { Medium } from './medium.js';
import type { ResolvedEngineOptions } from './options.js';
import type { Outside } from './outside.js';
import type { ActorProxy } from './proxy.js';

/** The services that outlive a restore. */
export interface EngineInfrastructure {
    readonly emitter: Emitter<EngineEvents>;
    readonly findExecutor: FindExecutor;
    readonly proxy: ActorProxy;
    readonly outside: Outside;
}

/** The services of one state of an engine. Another state comes with other services. */
export interface EngineServices {
    readonly users: Users;
    readonly userParts: AllUserParts;
    readonly emitter: BranchEmitter<EngineEvents>;
    readonly runs: RunService;
    /** The stored records of runs. */
    readonly records: RunRegistry;
    readonly storages: Storages;
    /** Actors and their builds, with the logs of these and of runs. */
    readonly building: Building;
    readonly faults: FaultRegistry;
    readonly networks: NetworkPolicies;
    readonly queueClients: QueueClients;
    readonly medium: Medium;
    readonly actorApi: EngineActorApi;
    /** The client of a caller without a token. */
    clientOfNobody(): Client;
}

/**
 * The composition root: creates every service of a state, on its medium. Services of one layer meet here alone; those that need
 * each other read them from the result when they are called. Nothing is at work before {@link startServices}.
 *
 * @param functions - The Actors of the state that are functions, by the ids of their builds.
 */
export async function createServices(
    options: ResolvedEngineOptions,
    infrastructure: EngineInfrastructure,
    medium: Medium,
    functions: ActorFunctions,
): Promise<EngineServices> {
    const { clock } = options;
    const { documents } = medium;
    const services = (): EngineServices => created;
    const emitter = branchOf(infrastructure.emitter);
    const users = openUsers(options, documents);
    const storages = await Storages.open({
        backend: medium.backend,
        clock,
        users: users.all,
        publicBaseUrl: () => infrastructure.outside.url,
        onWarning: medium.warn,
    });
    const base = {
        emitter,
        medium,
        users,
        storages,
        faults: new FaultRegistry(clock, options.faults),
        networks: new NetworkPolicies(options, emitter, infrastructure),
        queueClients: new QueueClients(storages.requestQueues),
        actorApi: new EngineActorApi(services, emitter),
        building: createBuilding(options, { emitter, medium, users, functions }, services),
        records: new RunRegistry(documents, (runId) => forgetRun(services(), runId)),
    };
    const { runs, charges } = createRunService(options, infrastructure, base, services);
    const { actors, versions, service: builds, logs } = base.building;
    const { queueClients } = base;
    const shared: SharedServices = { users, storages, actors, versions, builds, runs, logs, queueClients };
    const retention = { clock, runs: base.records, logs, charges, storages, ...retentionReports(options, emitter) };
    const userParts = new AllUserParts({
        options,
        emitter,
        documents,
        records: base.records,
        makeRetention: (isOf) => new RetentionScheduler({ ...retention, isOf }),
        networks: base.networks,
        shared,
    });
    const withoutToken = servicesWithoutToken(shared, () => clock.now());
    let nobody: Client | undefined;
    const clientOfNobody = (): Client => (nobody ??= createClient(() => withoutToken));
    const created: EngineServices = { ...base, runs, userParts, clientOfNobody };
    return created;
}

function forgetRun({ faults, userParts, networks }: EngineServices, runId: string): void {
    faults.release(runId);
    userParts.forgetRun(runId);
    networks.forget(runId);
}

function retentionReports({ logger }: ResolvedEngineOptions, emitter: Emitter<EngineEvents>) {
    return {
        onDeleted: (message: string) => logger?.info(message),
        onFailure: (message: string, error: unknown) => emitter.emit('warning', { message, error }),
    };
}

/** Sets the services to work, and finalises what had not ended in their state. */
export async function startServices(
    { building, userParts, runs }: EngineServices,
    { recovery, dataRetentionDays }: ResolvedEngineOptions,
): Promise<void> {
    await building.service.recover();
    await userParts.start(await runs.recover(recovery));
    userParts.startRetention(dataRetentionDays);
}

/** How long webhooks may take to finish a delivery; the rest is sent once the state is open again. */
const WEBHOOK_GRACE_MILLIS = 1_000;

/** Closes storages and files. Runs must have ended; unless forced, deliveries of webhooks that are under way may finish. */
export async function closeServices(
    { building, userParts, records, storages, medium, emitter }: EngineServices,
    force: boolean,
): Promise<void> {
    await building.service.close();
    await userParts.closeWebhooks(force ? 0 : WEBHOOK_GRACE_MILLIS);
    await userParts.stopRetention();
    try {
        records.saveLate();
        building.logs.saveLate();
        building.actors.saveCounts();
        userParts.saveCounts();
    } finally {
        await storages.close();
        medium.close();
        emitter.close();
    }
}
