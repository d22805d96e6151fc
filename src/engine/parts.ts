import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performCall } from '../client/call-steps.js';
import { createClient } from '../client/client.js';
import { createIsolatedThreads } from '../executor/isolated-threads.js';
import { Admission } from '../lifecycle/admission.js';
import { RunService } from '../lifecycle/run-service.js';
import { createFileLogSink } from '../logs/log-sink.js';
import { LogStore } from '../logs/log-store.js';
import { ActorRegistry } from '../registry/actors.js';
import { BuildRegistry } from '../registry/builds.js';
import { createFileDocuments, noDocuments } from '../registry/document-store.js';
import { RunRegistry } from '../registry/runs.js';
import { linkStandIns } from '../registry/stand-ins.js';
import { openFileBackend } from '../storage/file-backend.js';
import { createMemoryBackend } from '../storage/memory-backend.js';
import { Storages } from '../storage/storages.js';
import { createEmitter, type Emitter } from '../util/emitter.js';
import { runnableProgram } from './runnable-program.js';
import { openOwner, type Owner } from './owner.js';
import type { ClientHost } from '../client/client-host.js';
import type { Executor } from '../executor/executor.js';
import type { StartTarget } from '../lifecycle/parts.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { DocumentStore } from '../registry/document-store.js';
import type { StorageBackend } from '../storage/backend.js';
import type { ResolvedEngineOptions } from './options.js';

/** Everything one engine is made of. */
export interface EngineParts {
    readonly owner: Owner;
    readonly emitter: Emitter<EngineEvents>;
    readonly actors: ActorRegistry;
    readonly runs: RunService;
    readonly logs: LogStore;
    readonly client: Client;
    readonly executor: Executor;
    /** Makes a fresh folder for an Actor whose source was given as text. */
    makeWorkDirectory(): Promise<string>;
    /** Gives up storages and files. */
    close(): Promise<void>;
}

interface Medium {
    backend: StorageBackend;
    documents: DocumentStore;
    logDirectory: string | undefined;
    workDirectory: () => Promise<string>;
    dispose: () => Promise<void>;
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
    const storages = await Storages.open({
        backend: medium.backend,
        clock,
        userId: owner.id,
        username: owner.username,
    });
    const builds = new BuildRegistry(medium.documents);
    const actors = new ActorRegistry({ documents: medium.documents, builds, clock, owner });
    const logs = new LogStore({
        clock,
        sink: medium.logDirectory === undefined ? undefined : createFileLogSink(medium.logDirectory),
        onLine: (runId, line) => {
            if (emitter.hasListeners('run.log')) emitter.emit('run.log', { runId, line });
        },
    });
    const executor = createIsolatedThreads(options);
    const runClients = new Map<string, Client>();
    const runs = new RunService({
        clock,
        runs: new RunRegistry(medium.documents),
        storages,
        logs,
        executor,
        admission: new Admission(options),
        settings: options,
        owner,
        emit: (name, event) => emitter.emit(name, event),
        findTarget: (actor, build) => findTarget(actors, actor, build),
        countRun: (actorId) => actors.countRun(actorId),
        call: (runId, steps) => performCall(clientOfRun(runId), steps),
    });
    const host: ClientHost = { storages, user: owner, actors, runs, logs, now: () => clock.now() };
    const clientOfRun = (runId: string): Client => {
        const client = runClients.get(runId) ?? createClient(host, { origin: 'ACTOR', runId });
        runClients.set(runId, client);
        return client;
    };
    emitter.on('run.finished', ({ run }) => runClients.delete(run.id));
    runs.recover();
    return {
        owner,
        emitter,
        actors,
        runs,
        logs,
        executor,
        client: createClient(host, { origin: 'API' }),
        makeWorkDirectory: medium.workDirectory,
        async close() {
            await executor.close();
            actors.saveCounts();
            await storages.close();
            await medium.dispose();
        },
    };
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

async function openMedium(options: ResolvedEngineOptions, onWarning: (message: string) => void): Promise<Medium> {
    const { storageDir, durability } = options;
    if (storageDir === undefined) return memoryMedium(options);
    const backend = await openFileBackend({ directory: storageDir, durability, onWarning });
    const sources = join(storageDir, 'sources');
    // Of an earlier engine, whose package may have been at another place.
    if (existsSync(sources)) await linkStandIns(sources, options.standInsUrl);
    return {
        backend,
        documents: createFileDocuments({ directory: join(storageDir, 'registry'), durability }),
        logDirectory: join(storageDir, 'logs'),
        workDirectory: sourceFolders(options, async () => sources),
        dispose: async () => {},
    };
}

function memoryMedium(options: ResolvedEngineOptions): Medium {
    let root: Promise<string> | undefined;
    return {
        backend: createMemoryBackend(),
        documents: noDocuments,
        logDirectory: undefined,
        workDirectory: sourceFolders(options, () => (root ??= mkdtemp(join(tmpdir(), 'greenroom-')))),
        async dispose() {
            if (root) await rm(await root, { recursive: true, force: true });
        },
    };
}

/** Makes a fresh folder for each given source, below one from which the built-in SDK resolves. */
function sourceFolders({ standInsUrl }: ResolvedEngineOptions, findRoot: () => Promise<string>): () => Promise<string> {
    let root: Promise<string> | undefined;
    const prepare = async (): Promise<string> => {
        const directory = await findRoot();
        await linkStandIns(directory, standInsUrl);
        return directory;
    };
    return async () => {
        root ??= prepare();
        return mkdtemp(join(await root, 'actor-'));
    };
}

function findTarget(actors: ActorRegistry, idOrName: string, tagOrNumber: string | undefined): StartTarget {
    const actor = actors.require(idOrName);
    const { build, blueprint } = actors.resolveBuild(actor, tagOrNumber);
    return {
        actor,
        build,
        envVars: blueprint.envVars,
        memory: blueprint.memory,
        resolveProgram: () => runnableProgram(blueprint),
    };
}
