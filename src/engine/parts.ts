import { createClient } from '../client/client.js';
import { createExecutors, type FindExecutor } from '../executor/executors.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { LifecycleParts } from '../lifecycle/parts.js';
import { AccountSettings } from '../registry/account-settings.js';
import { RunRegistry } from '../registry/runs.js';
import { TaskRegistry } from '../registry/tasks.js';
import { Storages } from '../storage/storages.js';
import { runEnded } from '../webhooks/platform-event.js';
import type { Emitter } from '../util/emitter.js';
import { createBuilding, isBuildInUse, type Building } from './building.js';
import { createAccount } from './account.js';
import { openMedium, type Medium } from './medium.js';
import { createOutside, type Outside } from './outside.js';
import { createEngineEmitter } from './create-emitter.js';
import { createRetention } from './create-retention.js';
import { createRuns } from './create-runs.js';
import type { RetentionSwitch } from './retention-switch.js';
import { RunClients } from './run-clients.js';
import { createWebhooks } from './webhooks.js';
import { createActorProxy, type ActorProxy } from './proxy.js';
import { QueueClients } from './queue-clients.js';
import { openOwner, type Owner } from './owner.js';
import { createScheduler } from './create-scheduler.js';
import type { ClientHost } from '../client/client-host.js';
import type { BuildService } from '../registry/building/build-service.js';
import type { ActorRegistry } from '../registry/actors.js';
import type { Client } from '../model/client.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import type { EngineEvents } from '../model/events.js';
import type { WebhookService } from '../webhooks/webhook-service.js';
import type { Clock } from '../util/clock.js';
import type { ResolvedEngineOptions } from './options.js';

/** Everything one engine is made of. */
export interface EngineParts {
    readonly owner: Owner;
    readonly emitter: Emitter<EngineEvents>;
    readonly runs: RunService;
    /** Actors and their builds, with the logs of these and of runs. */
    readonly building: Building;
    readonly scheduler: Scheduler;
    readonly client: Client;
    readonly outside: Outside;
    readonly findExecutor: FindExecutor;
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
    const { documents } = medium;
    const owner = openOwner(options, documents);
    const clientOfRun = (runId: string): Client => runClients.of(runId);
    const outside = createOutside({
        ownerToken: owner.token,
        emitter,
        glance: (id) => runs.glance(id),
        now: () => clock.now(),
        client: () => client,
        clientOfRun,
    });
    const storages = await openStorages(options, owner, medium, () => outside.url);
    const building = createBuilding(options, { emitter, medium, owner, storages }, (id) => isBuildInUse(runs, id));
    const { actors, logs } = building;
    const tasks = new TaskRegistry({ documents, clock, owner });
    emitter.on('run.created', ({ run }) => tasks.countRun(run.actorTaskId));
    const findExecutor = createExecutors(options);
    const proxy = createActorProxy(options);
    const queueClients = new QueueClients(storages.requestQueues);
    const records = new RunRegistry(documents, (runId) => webhooks.forgetRun(runId));
    const shared = { emitter, medium, owner, storages, building, records, findExecutor, proxy, outside, queueClients };
    const readWebhooks: LifecycleParts['readWebhooks'] = (path, list) => webhooks.readAdHoc(path, list);
    const { runs, charges } = createRuns(options, { ...shared, readWebhooks, clientOfRun });
    const retention = createRetention(options, emitter, { runs: records, logs, charges, storages });
    const settings = new AccountSettings(documents, owner.id);
    const account = createAccount({ settings, options, runs, actors, tasks, retention, schedules: () => schedules });
    const findHost = (): ClientHost => host;
    const around = { emitter, owner, runs, host: findHost };
    const webhooks: WebhookService = createWebhooks(options, { ...around, documents, actors, tasks });
    const schedules = createScheduler(medium, { ...around, clock, runRecords: records });
    const directories = { ...building.directories, storages, account, user: owner, tasks, runs, logs };
    const host = createHost({ ...directories, webhooks, schedules }, queueClients, clock);
    const runClients: RunClients = new RunClients(host, emitter, (runId) => runs.userOf(runId));
    const client = createClient(host, { origin: 'API' });
    await resume(options, { building, runs, webhooks, schedules });
    retention.set(options.dataRetentionDays ?? settings.limits.dataRetentionDays);
    const closable = { webhooks, builds: building.service, retention, proxy, actors, tasks, storages, medium };
    return {
        owner,
        emitter,
        runs,
        building,
        scheduler: schedules,
        findExecutor,
        client,
        outside,
        makeWorkDirectory: medium.workDirectory,
        close: (force) => closeParts({ ...closable, force }),
    };
}

/** What the clients of an engine stand on. */
function createHost(
    parts: Omit<ClientHost, 'noteQueueClient' | 'queueClientsOf' | 'signingKeyOf' | 'now'>,
    queueClients: QueueClients,
    clock: Clock,
): ClientHost {
    return {
        ...parts,
        noteQueueClient: (runId, queueId, clientKey) => queueClients.note(runId, queueId, clientKey),
        queueClientsOf: (runId, queueId) => queueClients.of(runId, queueId),
        signingKeyOf: (storageId) => parts.account.sign(`storage ${storageId}`),
        now: () => clock.now(),
    };
}

/** Goes on from where an earlier engine was: what ended with it has ended now, as far as webhooks are concerned. */
async function resume(
    { recovery }: ResolvedEngineOptions,
    { building, runs, webhooks, schedules }: Resumed,
): Promise<void> {
    await building.service.recover();
    for (const run of await runs.recover(recovery)) webhooks.happen(runEnded(run, () => run));
    webhooks.open();
    await schedules.start();
}

interface Resumed {
    building: Building;
    runs: RunService;
    webhooks: WebhookService;
    schedules: Scheduler;
}

function openStorages(
    { clock }: ResolvedEngineOptions,
    { id, username }: Owner,
    { backend }: Medium,
    publicBaseUrl: () => string | undefined,
): Promise<Storages> {
    return Storages.open({ backend, clock, userId: id, username, publicBaseUrl });
}

/** What has to be given up when an engine closes, in this order. */
interface Closable {
    force: boolean;
    webhooks: WebhookService;
    retention: RetentionSwitch;
    builds: BuildService;
    proxy: ActorProxy;
    actors: ActorRegistry;
    tasks: TaskRegistry;
    storages: Storages;
    medium: Medium;
}

/** So long webhooks may take to send what they are just sending; what is left goes out once the directory is open again. */
const WEBHOOK_GRACE_MILLIS = 1_000;

async function closeParts({
    force,
    webhooks,
    builds,
    retention,
    proxy,
    actors,
    tasks,
    storages,
    medium,
}: Closable): Promise<void> {
    await builds.close();
    await webhooks.close(force ? 0 : WEBHOOK_GRACE_MILLIS);
    await retention.stop();
    await proxy.close();
    try {
        actors.saveCounts();
        tasks.saveCounts();
    } finally {
        await storages.close();
        await medium.dispose();
    }
}
