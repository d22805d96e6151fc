import { createClient } from '../client/client.js';
import { Admission } from '../lifecycle/admission.js';
import { RunBilling } from '../lifecycle/billing.js';
import { FaultRegistry } from '../lifecycle/run-faults.js';
import { RunService } from '../lifecycle/run-service.js';
import { RunRegistry } from '../registry/runs.js';
import { Storages } from '../storage/storages.js';
import { branchOf, type Emitter } from '../util/emitter.js';
import { EngineActorApi } from './actor-api.js';
import { createBuilding, type Building } from './building.js';
import { NetworkPolicies } from './network/network-policies.js';
import { QueueClients } from './queue-clients.js';
import { EngineRunTargets } from './run-targets.js';
import { AllUserParts, type SharedServices } from './users/user-parts.js';
import { openUsers, type Users } from './users/users.js';
import type { FindExecutor } from '../executor/executors.js';
import type { RunDependencies } from '../lifecycle/dependencies.js';
import type { LogStore } from '../logs/log-store.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { Run } from '../model/run.js';
import type { RunSeed } from '../model/transfer.js';
import type { ActorFunctions } from '../registry/building/builds.js';
import type { Clock } from '../util/clock.js';
import type { ExternalAccess } from './external-access.js';
import type { Medium } from './medium.js';
import type { ResolvedEngineOptions } from './options.js';
import type { ActorProxy } from './proxy.js';

/** The services that outlive a restore. */
export interface EngineInfrastructure {
    readonly emitter: Emitter<EngineEvents>;
    readonly findExecutor: FindExecutor;
    readonly proxy: ActorProxy;
    readonly external: ExternalAccess;
}

/** The part of a state that is opened before its services. */
interface OpenedState {
    readonly medium: Medium;
    readonly users: Users;
    readonly storages: Storages;
    /** The Actors of the state that are functions, by the ids of their builds. */
    readonly functions: ActorFunctions;
}

/** How long webhooks may take to finish a delivery; the rest is sent once the state is open again. */
const WEBHOOK_GRACE_MILLIS = 1_000;

/**
 * The composition root: all services of one state of an engine. Another state comes with other services. Services of one layer meet
 * here alone; those that need each other read them from here when they are called. Nothing is at work before
 * {@link EngineServices.start}.
 */
export class EngineServices implements RunDependencies {
    readonly settings: ResolvedEngineOptions;
    readonly clock: Clock;
    readonly medium: Medium;
    readonly emitter: ReturnType<typeof branchOf<EngineEvents>>;
    readonly users: Users;
    readonly tokens: readonly string[];
    readonly storages: Storages;
    /** Actors and their builds. */
    readonly building: Building;
    /** The logs of runs and builds. */
    readonly logs: LogStore;
    /** The stored records of runs. */
    readonly records: RunRegistry;
    readonly charges: RunBilling;
    readonly faults: FaultRegistry;
    readonly admission: Admission;
    readonly targets: EngineRunTargets;
    readonly networks: NetworkPolicies;
    readonly external: ExternalAccess;
    readonly findExecutor: FindExecutor;
    readonly queueClients: QueueClients;
    readonly actorApi: EngineActorApi;
    readonly runs: RunService;
    readonly shared: SharedServices;
    readonly userParts: AllUserParts;
    /** The client of a caller without a token. */
    readonly clientWithoutToken: Client;

    private constructor(
        settings: ResolvedEngineOptions,
        infrastructure: EngineInfrastructure,
        { medium, users, storages, functions }: OpenedState,
    ) {
        const { clock } = settings;
        this.settings = settings;
        this.clock = clock;
        this.medium = medium;
        this.emitter = branchOf(infrastructure.emitter);
        this.users = users;
        this.tokens = users.all.map(({ token }) => token);
        this.storages = storages;
        this.building = createBuilding(this, functions);
        const { actors, versions, service: builds, logs } = this.building;
        this.logs = logs;
        this.records = new RunRegistry(medium.documents, (runId) => this.#forgetRun(runId));
        this.charges = new RunBilling(this, medium.charges);
        this.faults = new FaultRegistry(clock, settings.faults);
        this.admission = new Admission(settings);
        this.targets = new EngineRunTargets(this.building);
        this.networks = new NetworkPolicies(settings, this.emitter, infrastructure);
        this.external = infrastructure.external;
        this.findExecutor = infrastructure.findExecutor;
        this.queueClients = new QueueClients(storages.requestQueues);
        this.actorApi = new EngineActorApi(this);
        this.runs = new RunService(this);
        const { runs, queueClients } = this;
        const now = (): number => clock.now();
        this.shared = { users, storages, actors, versions, builds, runs, logs, queueClients, now };
        this.userParts = new AllUserParts(this);
        const withoutToken = { ...this.shared, viewer: { user: undefined, owns: () => false }, own: undefined };
        this.clientWithoutToken = createClient(() => withoutToken);
    }

    /** Creates the services of the state that a medium has. */
    static async create(
        settings: ResolvedEngineOptions,
        infrastructure: EngineInfrastructure,
        medium: Medium,
        functions: ActorFunctions,
    ): Promise<EngineServices> {
        const users = openUsers(settings, medium.documents);
        const storages = await Storages.open({
            backend: medium.backend,
            clock: settings.clock,
            users: users.all,
            publicBaseUrl: () => infrastructure.external.url,
            onWarning: medium.warn,
        });
        return new EngineServices(settings, infrastructure, { medium, users, storages, functions });
    }

    /** Starts the services, and finalises what had not ended in their state. */
    async start(): Promise<void> {
        const { recovery, dataRetentionDays } = this.settings;
        await this.building.service.recover();
        await this.userParts.start(await this.runs.recover(recovery));
        this.userParts.startRetention(dataRetentionDays);
    }

    /** Closes storages and files. Runs must have ended; unless forced, deliveries of webhooks that are under way may finish. */
    async close(force: boolean): Promise<void> {
        const { building, userParts } = this;
        await building.service.close();
        await userParts.closeWebhooks(force ? 0 : WEBHOOK_GRACE_MILLIS);
        await userParts.stopRetention();
        try {
            this.records.saveLate();
            this.logs.saveLate();
            building.actors.saveCounts();
            userParts.saveCounts();
        } finally {
            await this.storages.close();
            this.medium.close();
            this.emitter.close();
        }
    }

    readWebhooks(path: string, webhooks: readonly unknown[], userId: string): Promise<(run: Run) => void> {
        return this.userParts.ownerOf({ userId }).webhooks.readAdHoc(path, webhooks);
    }

    async readSeed(path: string, seed: RunSeed): Promise<(run: Run) => Promise<void>> {
        const { checkBeds, plant, readSeed } = await import('./storage-desk.js');
        const { datasets, keyValueStores, requestQueues } = this.storages;
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

    #forgetRun(runId: string): void {
        this.faults.release(runId);
        this.userParts.forgetRun(runId);
        this.networks.forget(runId);
    }
}
