import { loadInline } from './load-inline.js';
import { createClient } from '../client/client.js';
import { createExecutors, type FindExecutor } from '../executor/executors.js';
import { FaultDesk } from '../lifecycle/fault-desk.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { LifecycleParts } from '../lifecycle/parts.js';
import { RunRegistry } from '../registry/runs.js';
import { Storages } from '../storage/storages.js';
import type { Emitter } from '../util/emitter.js';
import { createBuilding, isBuildInUse, type Building } from './building.js';
import { openMedium, type Medium } from './medium.js';
import { createOutside, type Outside } from './outside.js';
import { createEngineEmitter } from './create-emitter.js';
import { createRetention } from './create-retention.js';
import { createRuns } from './create-runs.js';
import { RunClients } from './run-clients.js';
import { createActorProxy, type ActorProxy } from './proxy.js';
import { NetworkDesk } from './network/network-desk.js';
import { hostForNobody, type SharedParts } from './users/host-for.js';
import { AllUserParts } from './users/all-user-parts.js';
import { openUsers } from './users/users.js';
import { QueueClients } from './queue-clients.js';
import type { BuildService } from '../registry/building/build-service.js';
import type { ActorRegistry } from '../registry/actors.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { ResolvedEngineOptions } from './options.js';

/** Everything one engine is made of. */
export interface EngineParts {
    readonly users: AllUserParts;
    readonly emitter: Emitter<EngineEvents>;
    readonly runs: RunService;
    /** Actors and their builds, with the logs of these and of runs. */
    readonly building: Building;
    readonly outside: Outside;
    readonly findExecutor: FindExecutor;
    readonly networks: NetworkDesk;
    /** Makes a fresh folder for an Actor whose source was given as text. */
    makeWorkDirectory(): Promise<string>;
    /** Gives up storages and files; unless by force, what webhooks are just sending has a moment to arrive. */
    close(force: boolean): Promise<void>;
}

/** The composition root: every part of an engine is made here, and here alone parts of one layer meet. */
export async function createParts(options: ResolvedEngineOptions): Promise<EngineParts> {
    const emitter = createEngineEmitter(options);
    const medium = await openMedium(options, (message) => emitter.emit('warning', { message }));
    try {
        return await composeParts(options, emitter, medium);
    } catch (error) {
        await medium.backend.close();
        await medium.dispose();
        throw error;
    }
}

async function composeParts(
    options: ResolvedEngineOptions,
    emitter: Emitter<EngineEvents>,
    medium: Medium,
): Promise<EngineParts> {
    const { clock } = options;
    const { documents, backend } = medium;
    const users = openUsers(options, documents);
    const clientOfRun = (runId: string): Client => runClients.of(runId);
    const faults = new FaultDesk(clock, options.faults);
    let clientOfNobody: Client | undefined;
    const outside = createOutside({
        users,
        emitter,
        glance: (id) => runs.glance(id),
        storages: () => storages,
        now: () => clock.now(),
        clientOfUser: (user) => parts.of(user).client,
        clientOfRun,
        faults,
        clientOfNobody: () => (clientOfNobody ??= createClient(hostForNobody(shared))),
    });
    const networks = new NetworkDesk({
        policy: options.network,
        handler: options.networkHandler,
        emit: (name, event) => emitter.emit(name, event),
        url: () => outside.url,
    });
    const storages = await Storages.open({ backend, clock, users: users.all, publicBaseUrl: () => outside.url });
    const building = createBuilding(options, { emitter, medium, users, storages }, (id) => isBuildInUse(runs, id));
    const { actors, versions, service: builds, logs } = building;
    const findExecutor = createExecutors({ ...options, loadInline });
    const proxy = createActorProxy(options);
    const queueClients = new QueueClients(storages.requestQueues);
    const records = new RunRegistry(documents, (runId) => {
        faults.forget(runId);
        parts.forgetRun(runId);
        networks.forget(runId);
    });
    const readWebhooks: LifecycleParts['readWebhooks'] = (path, list, userId) =>
        parts.whoHas({ userId }).webhooks.readAdHoc(path, list);
    const around = { emitter, medium, users, storages, building, records, findExecutor, proxy, outside, queueClients };
    const { runs, charges } = createRuns(options, { ...around, faults, networks, readWebhooks, clientOfRun });
    const makeRetention = createRetention(options, emitter, { runs: records, logs, charges, storages });
    const shared: SharedParts = { users, storages, actors, versions, builds, runs, logs, queueClients, clock };
    const parts: AllUserParts = new AllUserParts(options, {
        emitter,
        documents,
        records,
        makeRetention,
        networks,
        shared,
    });
    const runClients: RunClients = new RunClients(parts, emitter, runs, faults);
    await builds.recover();
    await parts.start(await runs.recover(options.recovery));
    parts.startRetention(options.dataRetentionDays);
    const closable = { parts, builds, proxy, actors, storages, medium };
    return {
        users: parts,
        emitter,
        runs,
        building,
        findExecutor,
        networks,
        outside,
        makeWorkDirectory: medium.workDirectory,
        close: (force) => closeParts({ ...closable, force }),
    };
}

/** What has to be given up when an engine closes, in this order. */
interface Closable {
    force: boolean;
    parts: AllUserParts;
    builds: BuildService;
    proxy: ActorProxy;
    actors: ActorRegistry;
    storages: Storages;
    medium: Medium;
}

/** So long webhooks may take to send what they are just sending; what is left goes out once the directory is open again. */
const WEBHOOK_GRACE_MILLIS = 1_000;

async function closeParts({ force, parts, builds, proxy, actors, storages, medium }: Closable): Promise<void> {
    await builds.close();
    await parts.closeWebhooks(force ? 0 : WEBHOOK_GRACE_MILLIS);
    await parts.stopRetention();
    await proxy.close();
    try {
        actors.saveCounts();
        parts.saveCounts();
    } finally {
        await storages.close();
        await medium.dispose();
    }
}
