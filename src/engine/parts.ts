import { performCall } from '../client/call-steps.js';
import { createClient } from '../client/client.js';
import { createExecutors, type FindExecutor } from '../executor/executors.js';
import { ChargeDesk } from '../lifecycle/charge-desk.js';
import { Admission } from '../lifecycle/admission.js';
import { Retention, type RetentionParts } from '../lifecycle/retention.js';
import { RunService } from '../lifecycle/run-service.js';
import { AccountSettings } from '../registry/account-settings.js';
import { RunRegistry } from '../registry/runs.js';
import { Storages } from '../storage/storages.js';
import { runEnded } from '../webhooks/platform-event.js';
import { createEmitter, type Emitter } from '../util/emitter.js';
import { createBuilding, isBuildInUse, type Building } from './building.js';
import { foreseeInput } from './foresee-input.js';
import { createAccount } from './account.js';
import { answerRequest } from './answer-request.js';
import { createTargetFinder } from './find-target.js';
import { openMedium, type Medium } from './medium.js';
import { createOutside, type Outside } from './outside.js';
import { RetentionSwitch } from './retention-switch.js';
import { RunClients } from './run-clients.js';
import { createWebhooks } from './webhooks.js';
import { createActorProxy, type ActorProxy } from './proxy.js';
import { QueueClients } from './queue-clients.js';
import { openOwner, type Owner } from './owner.js';
import type { ClientHost } from '../client/client-host.js';
import type { BuildService } from '../registry/building/build-service.js';
import type { ActorRegistry } from '../registry/actors.js';
import type { Client } from '../model/client.js';
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
    const owner = openOwner(options, medium.documents);
    const clients = { client: () => client, clientOfRun: (runId: string) => runClients.of(runId) };
    const outside = createOutside({
        ownerToken: owner.token,
        emitter,
        glance: (id) => runs.glance(id),
        now: () => clock.now(),
        ...clients,
    });
    const storages = await openStorages(options, owner, medium, () => outside.url);
    const building = createBuilding(options, { emitter, medium, owner, storages }, (id) => isBuildInUse(runs, id));
    const { actors, builds, logs } = building;
    const findExecutor = createExecutors(options);
    const proxy = createActorProxy(options);
    const queueClients = new QueueClients(storages.requestQueues);
    const charges = createCharges(options, emitter, medium.charges, storages);
    const runRecords = new RunRegistry(medium.documents, (runId) => webhooks.forgetRun(runId));
    const runs: RunService = new RunService({
        clock,
        runs: runRecords,
        storages,
        logs,
        charges,
        findExecutor,
        admission: new Admission(options),
        settings: options,
        owner,
        emit: (name, event) => emitter.emit(name, event),
        findTarget: createTargetFinder(building),
        proxyVariables: () => proxy.variables(),
        outside,
        foresee: (run, inputKey) => foreseeInput(storages, run, inputKey),
        buildNumberOf: (buildId) => builds.require(buildId).build.buildNumber,
        readWebhooks: (path, list) => webhooks.readAdHoc(path, list),
        releaseLocks: (runId) => queueClients.release(runId),
        countRun: (actorId) => actors.countRun(actorId),
        call: (runId, steps) => performCall(runClients.of(runId), steps),
        request: (runId, request) => answerRequest(request, runClients.of(runId)),
    });
    const retention = createRetention(options, emitter, { runs: runRecords, logs, charges, storages });
    const settings = new AccountSettings(medium.documents, owner.id);
    const account = createAccount({ settings, options, runs, actors, retention });
    const surroundings = { emitter, owner, documents: medium.documents, actors, runs, host: () => host };
    const webhooks: WebhookService = createWebhooks(options, surroundings);
    const directories = { storages, account, user: owner, ...building.directories, runs, logs, webhooks };
    const host = createHost(directories, queueClients, clock);
    const runClients: RunClients = new RunClients(host, emitter, (runId) => runs.userOf(runId));
    const client = createClient(host, { origin: 'API' });
    await building.service.recover();
    await recover(options, runs, webhooks);
    retention.set(options.dataRetentionDays ?? settings.limits.dataRetentionDays);
    return {
        owner,
        emitter,
        runs,
        building,
        findExecutor,
        client,
        outside,
        makeWorkDirectory: medium.workDirectory,
        close: (force) =>
            closeParts({ force, webhooks, builds: building.service, retention, proxy, actors, storages, medium }),
    };
}

/** What the clients of an engine stand on. */
function createHost(
    parts: Omit<ClientHost, 'noteQueueClient' | 'signingKeyOf' | 'now'>,
    queueClients: QueueClients,
    clock: Clock,
): ClientHost {
    return {
        ...parts,
        noteQueueClient: (runId, queueId, clientKey) => queueClients.note(runId, queueId, clientKey),
        signingKeyOf: (storageId) => parts.account.sign(`storage ${storageId}`),
        now: () => clock.now(),
    };
}

/** What has ended with an earlier engine has ended now, as far as webhooks are concerned. */
async function recover({ recovery }: ResolvedEngineOptions, runs: RunService, webhooks: WebhookService): Promise<void> {
    for (const run of await runs.recover(recovery)) webhooks.happen(runEnded(run, () => run));
    webhooks.open();
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
    storages,
    medium,
}: Closable): Promise<void> {
    await builds.close();
    await webhooks.close(force ? 0 : WEBHOOK_GRACE_MILLIS);
    await retention.stop();
    await proxy.close();
    try {
        actors.saveCounts();
    } finally {
        await storages.close();
        await medium.dispose();
    }
}

/** Nothing is deleted, and no timer runs, unless it is set to some days. */
function createRetention(
    { clock, logger }: ResolvedEngineOptions,
    emitter: Emitter<EngineEvents>,
    stores: Pick<RetentionParts, 'runs' | 'logs' | 'charges' | 'storages'>,
): RetentionSwitch {
    return new RetentionSwitch(
        (days) =>
            new Retention({
                ...stores,
                clock,
                days,
                onDeleted: (message) => logger?.info(message),
                onFailure: (message, error) => emitter.emit('warning', { message, error }),
            }),
    );
}

function createCharges(
    { clock }: ResolvedEngineOptions,
    emitter: Emitter<EngineEvents>,
    store: Medium['charges'],
    storages: Storages,
): ChargeDesk {
    return new ChargeDesk({ clock, store, storages, warn: (warning) => emitter.emit('warning', warning) });
}

function createEngineEmitter({ logger }: ResolvedEngineOptions): Emitter<EngineEvents> {
    const emitter = createEmitter<EngineEvents>((error, name) => {
        const message = `A listener for \`${name}\` threw.`;
        // A listener for warnings that throws is only logged: telling it again would never end.
        if (name === 'warning') logger?.error(message, error);
        else emitter.emit('warning', { message, error });
    });
    if (logger) emitter.on('warning', ({ message, error }) => logger.warn(message, error));
    return emitter;
}
