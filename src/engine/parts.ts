import { performCall } from '../client/call-steps.js';
import { createClient } from '../client/client.js';
import { createExecutors, type FindExecutor } from '../executor/executors.js';
import { ChargeDesk } from '../lifecycle/charge-desk.js';
import { Admission } from '../lifecycle/admission.js';
import { Retention, type RetentionParts } from '../lifecycle/retention.js';
import { RunService } from '../lifecycle/run-service.js';
import { createFileLogSink } from '../logs/log-sink.js';
import { LogStore } from '../logs/log-store.js';
import { AccountSettings } from '../registry/account-settings.js';
import { resolveRunnable } from '../registry/actor-source.js';
import { ActorRegistry } from '../registry/actors.js';
import { BuildRegistry } from '../registry/builds.js';
import { pricingAt } from '../registry/read-pricing.js';
import { RunRegistry } from '../registry/runs.js';
import { Storages } from '../storage/storages.js';
import { createEmitter, type Emitter } from '../util/emitter.js';
import { foreseeInput } from './foresee-input.js';
import { createAccount } from './account.js';
import { answerRequest } from './answer-request.js';
import { openMedium, type Medium } from './medium.js';
import { RetentionSwitch } from './retention-switch.js';
import { RunClients } from './run-clients.js';
import { createActorProxy, type ActorProxy } from './proxy.js';
import { QueueClients } from './queue-clients.js';
import { openOwner, type Owner } from './owner.js';
import type { ClientHost } from '../client/client-host.js';
import type { StartTarget } from '../lifecycle/parts.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { Clock } from '../util/clock.js';
import type { ResolvedEngineOptions } from './options.js';

/** Everything one engine is made of. */
export interface EngineParts {
    readonly owner: Owner;
    readonly emitter: Emitter<EngineEvents>;
    readonly actors: ActorRegistry;
    readonly runs: RunService;
    readonly logs: LogStore;
    readonly client: Client;
    readonly findExecutor: FindExecutor;
    /** Makes a fresh folder for an Actor whose source was given as text. */
    makeWorkDirectory(): Promise<string>;
    /** Gives up storages and files. */
    close(): Promise<void>;
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
    const storages = await openStorages(options, owner, medium);
    const builds = new BuildRegistry(medium.documents);
    const actors = new ActorRegistry({ documents: medium.documents, builds, clock, owner });
    const logs = createLogs(options, emitter, medium);
    const findExecutor = createExecutors(options);
    const proxy = createActorProxy(options);
    const queueClients = new QueueClients(storages.requestQueues);
    const charges = createCharges(options, emitter, medium.charges, storages);
    const runRecords = new RunRegistry(medium.documents);
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
        findTarget: (actor, build) => findTarget(actors, actor, build, clock.now()),
        proxyVariables: () => proxy.variables(),
        foresee: (run, inputKey) => foreseeInput(storages, run, inputKey),
        buildNumberOf: (buildId) => builds.require(buildId).build.buildNumber,
        releaseLocks: (runId) => queueClients.release(runId),
        countRun: (actorId) => actors.countRun(actorId),
        call: (runId, steps) => performCall(runClients.of(runId), steps),
        request: (runId, request) => answerRequest(request, runClients.of(runId)),
    });
    const retention = createRetention(options, emitter, { runs: runRecords, logs, charges, storages });
    const settings = new AccountSettings(medium.documents, owner.id);
    const account = createAccount({ settings, options, runs, actors, retention });
    const host = createHost({ storages, account, user: owner, actors, runs, logs }, queueClients, clock);
    const runClients: RunClients = new RunClients(host, emitter, (runId) => runs.userOf(runId));
    await runs.recover(options.recovery);
    retention.set(options.dataRetentionDays ?? settings.limits.dataRetentionDays);
    return {
        owner,
        emitter,
        actors,
        runs,
        logs,
        findExecutor,
        client: createClient(host, { origin: 'API' }),
        makeWorkDirectory: medium.workDirectory,
        close: () => closeParts({ retention, proxy, actors, storages, medium }),
    };
}

/** What the client stands on. */
function createHost(
    parts: Pick<ClientHost, 'storages' | 'account' | 'user' | 'actors' | 'runs' | 'logs'>,
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

function openStorages(
    { clock }: ResolvedEngineOptions,
    { id, username }: Owner,
    { backend }: Medium,
): Promise<Storages> {
    return Storages.open({ backend, clock, userId: id, username });
}

/** What has to be given up when an engine closes, in this order. */
interface Closable {
    retention: RetentionSwitch;
    proxy: ActorProxy;
    actors: ActorRegistry;
    storages: Storages;
    medium: Medium;
}

async function closeParts({ retention, proxy, actors, storages, medium }: Closable): Promise<void> {
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

function createLogs(
    { clock }: ResolvedEngineOptions,
    emitter: Emitter<EngineEvents>,
    { logDirectory }: Medium,
): LogStore {
    return new LogStore({
        clock,
        sink: logDirectory === undefined ? undefined : createFileLogSink(logDirectory),
        onLine: (runId, line) => {
            if (emitter.hasListeners('run.log')) emitter.emit('run.log', { runId, line });
        },
        onSinkError: (runId, error) => {
            emitter.emit('warning', { message: `The log of run \`${runId}\` could not be written to disk.`, error });
        },
    });
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

function findTarget(
    actors: ActorRegistry,
    idOrName: string,
    tagOrNumber: string | undefined,
    nowMillis: number,
): StartTarget {
    const actor = actors.require(idOrName);
    const { build, blueprint } = actors.resolveBuild(actor, tagOrNumber);
    return {
        actor,
        build,
        envVars: blueprint.envVars,
        memory: blueprint.memory,
        pricing: pricingAt(actor.pricingInfos, nowMillis),
        isolation: blueprint.isFunction === true ? 'inline' : actor.isolation,
        isFunction: blueprint.isFunction === true,
        resolveRunnable: () => resolveRunnable(blueprint),
    };
}
