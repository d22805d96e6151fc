import type { RunToExecute } from './environment.js';
import { copyRun, type RunDocument, type RunInput } from '../../model/api/run-document.js';
import { paysPerItem } from '../billing/billing.js';
import { chooseDebug, inspectorNote, INLINE_DEBUG_NOTE } from './debug.js';
import { createEnvironment } from './environment.js';
import { chooseIsolation } from './start-options.js';
import { createUsageRecorder } from '../run-stats.js';
import { chooseLaunchIsolation, prepareLaunch, type PreparedLaunch } from '../../execution/launch.js';
import { toOwnBuffer } from '../../util/bytes/own-buffer.js';
import type { ExecutionHost, ExecutionRequest } from '../../protocol/execution.js';
import type { Executor } from '../../execution/executor.js';
import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import type { AssignedInput, Runnable } from '../../protocol/messages.js';
import type { RunExternalAccess, RunLogWriter, RunSecrets } from '../interfaces.js';
import type { RunDependencies } from '../dependencies.js';

/** Maximum size of an input in the assignment. The Actor requests a larger one. */
const MAX_INPUT_BYTES = 2 ** 20;

/** An execution that is ready to start. */
export interface PreparedExecution {
    readonly executor: Executor;
    readonly request: ExecutionRequest;
}

/** Resolves the code, the secrets and the executor of a run. Redacts the secrets in its log and status messages from then on. */
export async function prepareExecution(dependencies: RunDependencies, run: RunToExecute): Promise<PreparedExecution> {
    const { document, target, log } = run;
    const { settings, external, networks } = dependencies;
    const { id, options } = document.run;
    const runnable = await target.resolveRunnable();
    const requested = chooseIsolation(document.isolation, target, settings);
    const isInline = requested === 'inline';
    const input = run.input ?? (await readInput(dependencies, run, isInline));
    const token = external.tokenOf(id);
    const secrets = await collectSecrets(dependencies, run, { runnable, token, input });
    log.hide(secrets.values);
    const debug = chooseDebug(document, settings);
    if (debug && isInline) log.note(INLINE_DEBUG_NOTE);
    const faults = dependencies.faults.get(id);
    const prepared = prepareRunLaunch(dependencies, run, { runnable, token, secrets });
    const { isolation, notes } = chooseLaunchIsolation(requested, prepared);
    for (const note of notes) log.note(note);
    // A thread requests them when it starts its first process: only it can wait for the response without its event loop.
    if (isolation === 'process') await openChildAccess(external, log);
    const childEnv = external.createVariables(id, token);
    const executor = await dependencies.findExecutor(isolation, runnable);
    const request = {
        runId: id,
        username: dependencies.usernameOf(document.run),
        runnable,
        memoryMbytes: options.memoryMbytes,
        // With scripted faults, the Actor requests its input, so that faults apply to the read.
        input: isInline || faults ? undefined : assignedInput(document, input),
        retries: faults?.retries,
        debug,
        launch: prepared.launch,
        processOptions: prepared.processOptions,
        env: prepared.env,
        childEnv,
        network: networks.resolve(document),
        setupFiles: [...settings.setupFiles, ...(document.setupFiles ?? [])],
        terminateTimeoutSecs: settings.terminateTimeoutSecs,
        host: createExecutionHost(dependencies, run),
    };
    return { executor, request };
}

/** Creates the environment of a run and applies its start command, which adds to the variables of the engine. */
function prepareRunLaunch(
    { external, settings }: RunDependencies,
    run: RunToExecute,
    { runnable, token, secrets }: { runnable: Runnable; token: string; secrets: RunSecrets },
): PreparedLaunch {
    const image = runnable.type === 'program' ? runnable.program.startCommand?.env : undefined;
    const environment = createEnvironment(run, { ...image, ...settings.env }, token, external.url);
    return prepareLaunch(runnable, { ...secrets.variables, ...environment });
}

/**
 * Reads the stored input for the assignment and the secrets. Undefined if nothing needs it, or if it has no secrets and is too large
 * to be assigned.
 */
async function readInput(
    { storages }: RunDependencies,
    { document: { run, inputKey }, target }: RunToExecute,
    isInline: boolean,
): Promise<RunInput | undefined> {
    const hasSecrets = target.input?.hasSecrets === true;
    if (isInline && !hasSecrets) return undefined;
    const store = storages.keyValueStores.get(run.defaultKeyValueStoreId);
    return store?.peek(inputKey, hasSecrets ? Number.POSITIVE_INFINITY : MAX_INPUT_BYTES);
}

/** Returns the input for the assignment; undefined if it is too large. */
function assignedInput({ run, inputKey }: RunDocument, input: RunInput | undefined): AssignedInput | undefined {
    if (input === undefined || input.bytes.length > MAX_INPUT_BYTES) return undefined;
    const { contentType, bytes } = input;
    return { storeId: run.defaultKeyValueStoreId, key: inputKey, contentType, bytes: toOwnBuffer(bytes) };
}

/** Collects the variables with credentials of a run, and its secrets. */
async function collectSecrets(
    { tokens, networks }: RunDependencies,
    { document, target }: RunToExecute,
    { runnable, token, input }: { runnable: Runnable; token: string; input: RunInput | undefined },
): Promise<RunSecrets> {
    const usesProxy = runnable.type === 'program' && runnable.program.mayUseProxy;
    const proxy: Record<string, string> = usesProxy ? await networks.proxyVariables(document) : {};
    const rules = target.input;
    const secrets = rules?.hasSecrets ? await rules.readSecrets(document.run.userId, input?.bytes) : undefined;
    const values = [token, proxy['APIFY_PROXY_PASSWORD'], ...(target.secrets ?? []), ...(secrets?.values ?? [])];
    return { variables: { ...proxy, ...secrets?.variables }, values: [...tokens, ...values] };
}

/** Creates the handlers of an Actor's requests and reports. */
function createExecutionHost(dependencies: RunDependencies, { document, log, meter }: RunToExecute): ExecutionHost {
    const { run } = document;
    const { actorApi, external, faults, networks, storages } = dependencies;
    return {
        call: (steps) => actorApi.call(run.id, steps),
        request: (request) => actorApi.request(run.id, request),
        fetch: (request, exchange) => networks.fetch(document, request, exchange, (text) => log.note(text)),
        // The assigned input replaces a read, so it counts as one.
        inputRead: () =>
            void storages.keyValueStores
                .get(run.defaultKeyValueStoreId, createUsageRecorder(run))
                ?.has(document.inputKey),
        grantDirectWrites: (datasetId, byteCount) =>
            grantDirectWrites(dependencies, document, { datasetId, byteCount }),
        ingest: (datasetId) => storages.datasets.get(datasetId)?.ingest(),
        async createChildEnv() {
            await openChildAccess(external, log);
            return external.createVariables(run.id, external.tokenOf(run.id)) ?? {};
        },
        cancelPending: () => faults.get(run.id)?.releaseWaiters(),
        output: (stream, text) => log.write(stream, text),
        usage(usage) {
            meter.add(usage);
            external.reportUsage(run.id, usage);
        },
        inspectorOpened(url) {
            const debug = chooseDebug(document, dependencies.settings);
            if (debug !== undefined) log.note(inspectorNote(url, debug));
            dependencies.emitter.emit('run.inspector-opened', { run: copyRun(run), url });
        },
    };
}

/** Makes the engine reachable for the processes and threads of a run. If that fails, they run without it. */
async function openChildAccess(external: RunExternalAccess, log: RunLogWriter): Promise<void> {
    try {
        await external.openChildAccess();
    } catch (error) {
        log.note(`Processes and threads that the Actor starts cannot reach the engine: ${(error as Error).message}`);
    }
}

/**
 * Grants the Actor direct writes to a dataset, if possible: only to its default dataset, because the host must order the items
 * of several writers; and only if neither a charge nor a fault depends on each push.
 */
function grantDirectWrites(
    { storages, faults }: Pick<RunDependencies, 'storages' | 'faults'>,
    { run }: RunDocument,
    { datasetId, byteCount }: { datasetId: string; byteCount: number },
): DirectWriteGrant | undefined {
    if (datasetId !== run.defaultDatasetId || paysPerItem(run) || faults.get(run.id)) return undefined;
    return storages.datasets.get(datasetId, createUsageRecorder(run))?.grantDirectWrites(byteCount);
}
