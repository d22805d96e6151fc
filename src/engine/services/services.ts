import { createClient } from '../../client/client.js';
import { Admission } from '../../run/start/admission.js';
import { RunBilling } from '../../run/billing/billing.js';
import { FaultRegistry } from '../../run/faults/run-faults.js';
import { RunService } from '../../run/run-service.js';
import { RunRegistry } from '../../records/runs.js';
import { Storages } from '../../storage/storages.js';
import { createDerivedEmitter, type Emitter } from '../../util/emitter.js';
import { runFinishedEvent } from '../../webhooks/events.js';
import { EngineActorApi } from './actor-api.js';
import { createBuilding, type Building } from './building.js';
import { NetworkPolicies } from '../external/network-policies.js';
import { QueueLockOwners } from './queue-lock-owners.js';
import { EngineRunTargets } from './run-targets.js';
import { PerUserServices } from './per-user-services.js';
import { openUsers, type Users } from './users.js';
import { reportToWebhooks } from './webhooks.js';
import type { FindExecutor } from '../../execution/executors.js';
import type { LogStore } from '../../logs/log-store.js';
import type { Client } from '../../model/client/client.js';
import type { EngineEvents } from '../../model/events.js';
import type { Run } from '../../model/api/run.js';
import type { RunSeed } from '../../model/transfer.js';
import type { ActorFunctions } from '../../actors/builds/builds.js';
import type { RunDependencies } from '../../run/dependencies.js';
import type { RunExternalAccess } from '../../run/interfaces.js';
import type { Persistence } from '../persistence/persistence.js';
import type { ResolvedEngineOptions } from '../options/options.js';
import type { ActorProxy } from '../external/proxy.js';

/** The services that outlive a restore. */
export interface EngineInfrastructure {
    readonly emitter: Emitter<EngineEvents>;
    readonly findExecutor: FindExecutor;
    readonly proxy: ActorProxy;
    /** Access to runs from other processes. `url` is that of the first listener, if one is open. */
    readonly external: RunExternalAccess;
}

/** The parts of a state that are opened before its services. */
interface OpenedState {
    readonly persistence: Persistence;
    readonly users: Users;
    readonly storages: Storages;
    /** The functions of its function Actors, by build id. */
    readonly functions: ActorFunctions;
}

/** Time for webhook deliveries in progress when the services close. Other deliveries continue when the state is opened again. */
const WEBHOOK_GRACE_MILLIS = 1_000;

/**
 * The composition root: all services of one state of an engine. Only this class connects services of the same layer. They have no
 * effect before {@link EngineServices.start}.
 */
export class EngineServices {
    readonly settings: ResolvedEngineOptions;
    readonly persistence: Persistence;
    readonly emitter: ReturnType<typeof createDerivedEmitter<EngineEvents>>;
    readonly users: Users;
    readonly storages: Storages;
    /** Actors and their builds. */
    readonly building: Building;
    /** The logs of runs and builds. */
    readonly logs: LogStore;
    /** The stored records of runs. */
    readonly records: RunRegistry;
    readonly faults: FaultRegistry;
    readonly networkPolicies: NetworkPolicies;
    readonly actorApi: EngineActorApi;
    readonly runs: RunService;
    /** The client of callers without a token. */
    readonly anonymousClient: Client;
    /** The services of each user by name; those of the first user come first. */
    readonly #perUser: ReadonlyMap<string, PerUserServices>;

    private constructor(
        settings: ResolvedEngineOptions,
        infrastructure: EngineInfrastructure,
        { persistence, users, storages, functions }: OpenedState,
    ) {
        const { clock } = settings;
        const { external, findExecutor } = infrastructure;
        const emitter = createDerivedEmitter(infrastructure.emitter);
        const isInUse = (buildId: string): boolean => this.runs.usesBuild(buildId);
        const building = createBuilding({ settings, emitter, users, persistence, functions, isInUse });
        const { actors, versions, service: builds, logs } = building;
        const records = new RunRegistry(persistence.documents, (runId) => this.#onRunRemoved(runId));
        const charges = new RunBilling({ clock, storages, emitter }, persistence.charges);
        const common = { clock, settings, emitter, records, storages, logs, charges };
        const queueLockOwners = new QueueLockOwners(storages.requestQueues);
        this.settings = settings;
        this.persistence = persistence;
        this.emitter = emitter;
        this.users = users;
        this.storages = storages;
        this.building = building;
        this.logs = logs;
        this.records = records;
        this.faults = new FaultRegistry(clock, settings.faults);
        const networkPolicies = new NetworkPolicies(settings, emitter, infrastructure);
        this.networkPolicies = networkPolicies;
        this.actorApi = new EngineActorApi(emitter, this);
        const runs = new RunService({
            ...common,
            ...this.#createRunHooks(),
            networks: networkPolicies,
            queueLockOwners,
            external,
            findExecutor,
            faults: this.faults,
            actorApi: this.actorApi,
            admission: new Admission(settings),
            targets: new EngineRunTargets(building),
            tokens: users.all.map(({ token }) => token),
        });
        this.runs = runs;
        const shared = {
            users,
            storages,
            actors,
            versions,
            builds,
            runs,
            logs,
            queueLockOwners,
            signAs: (userId: string, text: string) => this.forOwnerOf({ userId }).account.sign(text),
            now: () => clock.now(),
        };
        const userDependencies = { ...common, persistence, users, building, networkPolicies, runs, shared };
        this.#perUser = new Map(users.all.map((user) => [user.username, new PerUserServices(user, userDependencies)]));
        reportToWebhooks(emitter, this);
        const anonymous = { principal: { user: undefined, owns: () => false }, userServices: undefined };
        const anonymousServices = { ...shared, ...anonymous };
        this.anonymousClient = createClient(() => anonymousServices);
    }

    /** Creates the callbacks of the run service that need other services. All services exist by their first call. */
    #createRunHooks(): Pick<RunDependencies, 'usernameOf' | 'countRun' | 'readWebhooks' | 'readSeed'> {
        return {
            usernameOf: (record) => this.users.ownerOf(record).username,
            countRun: ({ actId, actorTaskId, userId }) => {
                this.building.actors.countRun(actId);
                if (actorTaskId !== undefined) this.forOwnerOf({ userId }).tasks.countRun(actorTaskId);
            },
            readWebhooks: (path, webhooks, userId) => this.forOwnerOf({ userId }).webhooks.parseAdHoc(path, webhooks),
            readSeed: (path, seed) => readRunSeed(this.storages, path, seed),
        };
    }

    /** Creates the services of a persisted state. */
    static async create(
        settings: ResolvedEngineOptions,
        infrastructure: EngineInfrastructure,
        persistence: Persistence,
        functions: ActorFunctions,
    ): Promise<EngineServices> {
        const users = openUsers(settings, persistence.documents);
        const storages = await Storages.open({
            backend: persistence.backend,
            clock: settings.clock,
            users: users.all,
            publicBaseUrl: () => infrastructure.external.url,
            onWarning: persistence.warn,
        });
        return new EngineServices(settings, infrastructure, { persistence, users, storages, functions });
    }

    /** Starts the services: recovers unfinished builds and runs of an earlier engine, then opens webhooks and starts schedules. */
    async start(): Promise<void> {
        const { recovery, dataRetentionDays } = this.settings;
        await this.building.service.recover();
        const aborted = await this.runs.recover(recovery);
        for (const run of aborted) this.forOwnerOf(run).webhooks.trigger(runFinishedEvent(run, () => run));
        for (const { webhooks } of this.#users) webhooks.open();
        for (const { schedules } of this.#users) await schedules.start();
        for (const { retention, settings } of this.#users) {
            retention.set(dataRetentionDays ?? settings.limits.dataRetentionDays);
        }
    }

    /** Stops all schedules. Resolves when runs that they were starting have started. */
    async stopSchedules(): Promise<void> {
        await Promise.all(this.#users.map(({ schedules }) => schedules.stop()));
    }

    /** Closes storages and files. All runs must have finished. Unless forced, it waits briefly for webhook deliveries in progress. */
    async close(force: boolean): Promise<void> {
        const graceMillis = force ? 0 : WEBHOOK_GRACE_MILLIS;
        await this.building.service.close();
        await Promise.all(this.#users.map(({ webhooks }) => webhooks.close(graceMillis)));
        await Promise.all(this.#users.map(({ retention }) => retention.stop()));
        try {
            this.records.retrySaves();
            this.logs.retryWrites();
            this.saveCounts();
        } finally {
            await this.storages.close();
            this.persistence.close();
            this.emitter.close();
        }
    }

    /** Saves the run counts of Actors and tasks, which are not written with each run. */
    saveCounts(): void {
        this.building.actors.saveCounts();
        for (const { tasks } of this.#users) tasks.saveCounts();
    }

    /** Returns the services of the user with this name, or those of the first user if there is none. */
    forUser(username: string): PerUserServices {
        return this.#perUser.get(username) ?? this.#perUser.get(this.users.first.username)!;
    }

    /** Returns the services of the owner of a record. */
    forOwnerOf(record: { userId: string }): PerUserServices {
        return this.forUser(this.users.ownerOf(record).username);
    }

    get #users(): PerUserServices[] {
        return [...this.#perUser.values()];
    }

    #onRunRemoved(runId: string): void {
        this.faults.release(runId);
        for (const { webhooks } of this.#users) webhooks.removeRun(runId);
        this.networkPolicies.removeHandler(runId);
    }
}

/** See {@link RunDependencies.readSeed}. */
async function readRunSeed(
    { datasets, keyValueStores, requestQueues }: Storages,
    path: string,
    seed: RunSeed,
): Promise<(run: Run) => Promise<void>> {
    const { checkTargets, applySeed, validateSeed } = await import('../lazy-storage-transfer.js');
    const validated = await validateSeed(path, seed);
    return async (run) => {
        const targets = {
            dataset: datasets.get(run.defaultDatasetId),
            keyValueStore: keyValueStores.get(run.defaultKeyValueStoreId),
            requestQueue: requestQueues.get(run.defaultRequestQueueId),
        };
        checkTargets(validated, targets);
        await applySeed(validated, targets);
    };
}
