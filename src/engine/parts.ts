import { createClient } from '../client/client.js';
import { FaultDesk } from '../lifecycle/fault-desk.js';
import { RunRegistry } from '../registry/runs.js';
import { Storages } from '../storage/storages.js';
import { branchOf, type BranchEmitter, type Emitter } from '../util/emitter.js';
import { createBuilding, isBuildInUse, type Building } from './building.js';
import { createRetention } from './create-retention.js';
import { createRuns } from './create-runs.js';
import { NetworkDesk } from './network/network-desk.js';
import { QueueClients } from './queue-clients.js';
import { RunClients } from './run-clients.js';
import { AllUserParts, servicesWithoutToken, type SharedServices } from './users/user-parts.js';
import { openUsers, type Users } from './users/users.js';
import type { FindExecutor } from '../executor/executors.js';
import type { LifecycleParts } from '../lifecycle/parts.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { ActorFunctions } from '../registry/building/builds.js';
import type { Medium } from './medium.js';
import type { ResolvedEngineOptions } from './options.js';
import type { Outside } from './outside.js';
import type { ActorProxy } from './proxy.js';

/** What stays as it is whatever state the engine takes on. */
export interface Frame {
    readonly emitter: Emitter<EngineEvents>;
    readonly findExecutor: FindExecutor;
    readonly proxy: ActorProxy;
    readonly outside: Outside;
}

/** All that works on one state of an engine. With another state come other parts. */
export interface EngineParts {
    readonly users: Users;
    readonly userParts: AllUserParts;
    readonly emitter: BranchEmitter<EngineEvents>;
    readonly runs: RunService;
    /** What is kept of runs. */
    readonly records: RunRegistry;
    readonly storages: Storages;
    /** Actors and their builds, with the logs of these and of runs. */
    readonly building: Building;
    readonly faults: FaultDesk;
    readonly networks: NetworkDesk;
    readonly medium: Medium;
    /** The client that speaks on behalf of a run. */
    clientOfRun(runId: string): Client;
    /** The client of whoever has no token. */
    clientOfNobody(): Client;
}

/**
 * The composition root: every part that works on a state is made here, of what its medium has, and here alone parts of one layer
 * meet. Nothing is at work before {@link startParts}.
 *
 * @param functions - The Actors of the state that are functions, by the ids of their builds.
 */
export async function composeParts(
    options: ResolvedEngineOptions,
    frame: Frame,
    medium: Medium,
    functions: ActorFunctions,
): Promise<EngineParts> {
    const { clock } = options;
    const { findExecutor, proxy, outside } = frame;
    const { documents, backend } = medium;
    const emitter = branchOf(frame.emitter);
    const users = openUsers(options, documents);
    const clientOfRun = (runId: string): Client => runClients.of(runId);
    const faults = new FaultDesk(clock, options.faults);
    const networks = new NetworkDesk({
        policy: options.network,
        handler: options.networkHandler,
        emit: (name, event) => emitter.emit(name, event),
        url: () => outside.url,
    });
    const storages = await Storages.open({
        backend,
        clock,
        users: users.all,
        publicBaseUrl: () => outside.url,
        onWarning: medium.warn,
    });
    const surroundings = { emitter, medium, users, storages, functions };
    const building = createBuilding(options, surroundings, (id) => isBuildInUse(runs, id));
    const { actors, versions, service: builds, logs } = building;
    const queueClients = new QueueClients(storages.requestQueues);
    const records = new RunRegistry(documents, (runId) => {
        faults.forget(runId);
        userParts.forgetRun(runId);
        networks.forget(runId);
    });
    const readWebhooks: LifecycleParts['readWebhooks'] = (path, list, userId) =>
        userParts.ownerOf({ userId }).webhooks.readAdHoc(path, list);
    const around = { emitter, medium, users, storages, building, records, findExecutor, proxy, outside, queueClients };
    const { runs, charges } = createRuns(options, { ...around, faults, networks, readWebhooks, clientOfRun });
    const makeRetention = createRetention(options, emitter, { runs: records, logs, charges, storages });
    const shared: SharedServices = { users, storages, actors, versions, builds, runs, logs, queueClients };
    const userParts: AllUserParts = new AllUserParts({
        options,
        emitter,
        documents,
        records,
        makeRetention,
        networks,
        shared,
    });
    const runClients: RunClients = new RunClients(userParts, emitter, runs, faults);
    const withoutToken = servicesWithoutToken(shared, () => clock.now());
    let nobody: Client | undefined;
    const clientOfNobody = (): Client => (nobody ??= createClient(() => withoutToken));
    const made = { users, userParts, emitter, runs, records, storages, building, faults, networks, medium };
    return { ...made, clientOfRun, clientOfNobody };
}

/** Sets the parts to work, and settles what had not ended in their state. */
export async function startParts(
    { building, userParts, runs }: EngineParts,
    { recovery, dataRetentionDays }: ResolvedEngineOptions,
): Promise<void> {
    await building.service.recover();
    await userParts.start(await runs.recover(recovery));
    userParts.startRetention(dataRetentionDays);
}

/** So long webhooks may take to send what they are just sending; what is left goes out once the state is open again. */
const WEBHOOK_GRACE_MILLIS = 1_000;

/** Gives up storages and files. Runs must have ended; unless by force, what webhooks are just sending has a moment to arrive. */
export async function closeParts(
    { building, userParts, records, storages, medium, emitter }: EngineParts,
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
