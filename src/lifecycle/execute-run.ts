import { copyRun, type RunDocument } from '../model/run-document.js';
import { paysPerItem } from './billing.js';
import { debugOf, inspectorNote, INLINE_DEBUG_NOTE } from './debug.js';
import { runEnvironment } from './environment.js';
import { chooseIsolation } from './start-options.js';
import { userOf } from './run-stats.js';
import { exactBytes } from '../util/exact-bytes.js';
import type { ExecutionHost, ExecutionRequest, Executor } from '../executor/executor.js';
import type { Run } from '../model/run.js';
import type { ItemLease } from '../protocol/item-lease.js';
import type { AssignedInput, Runnable } from '../protocol/messages.js';
import type { KeyValueStore } from '../storage/key-value-store.js';
import type { RunDependencies, RunLogWriter, RunSecrets, RunTarget } from './dependencies.js';
import type { UsageMeter } from './usage-meter.js';

/** A larger input travels when the Actor asks for it. */
const MAX_INPUT_BYTES = 2 ** 20;

/** One run, and what it is at the moment. */
export interface RunToExecute {
    readonly document: RunDocument;
    readonly target: RunTarget;
    readonly log: RunLogWriter;
    readonly meter: UsageMeter;
    /** The deadline, if the run has one. */
    readonly timeoutAt: Date | undefined;
}

/** Everything that has to be looked up before the Actor can start. */
export interface PreparedExecution {
    readonly executor: Executor;
    readonly request: ExecutionRequest;
}

/** Finds the code of a run, its secrets and its executor. Its log hides the secrets from then on. */
export async function prepareExecution(parts: RunDependencies, run: RunToExecute): Promise<PreparedExecution> {
    const { document, target, log, timeoutAt } = run;
    const { settings, external } = parts;
    const { id, options } = document.run;
    const runnable = await target.resolveRunnable();
    const secrets = await findSecrets(parts, run, runnable);
    const isolation = chooseIsolation(document.isolation, target, settings);
    const [executor, input] = await Promise.all([
        parts.findExecutor(isolation),
        isolation === 'inline' ? undefined : readInput(parts, document),
    ]);
    log.hide(secrets.texts);
    const debug = debugOf(document, settings);
    if (debug && isolation === 'inline') log.note(INLINE_DEBUG_NOTE);
    const request = {
        runId: id,
        runnable,
        memoryMbytes: options.memoryMbytes,
        input,
        retries: parts.faults.get(id)?.retries,
        debug,
        env: { ...secrets.variables, ...runEnvironment(document, target, timeoutAt, parts) },
        childEnv: external.variablesFor(id),
        network: parts.networks.of(document),
        setupFiles: [...settings.setupFiles, ...(document.setupFiles ?? [])],
        terminateTimeoutSecs: settings.terminateTimeoutSecs,
        host: createHost(parts, run),
    };
    return { executor, request };
}

/**
 * Returns the input as it is stored, to travel in the assignment. Undefined for a large one, and where scripted faults apply to
 * the calls of the run: there the Actor has to ask.
 */
async function readInput(
    parts: Pick<RunDependencies, 'storages' | 'faults'>,
    { run, inputKey }: RunDocument,
): Promise<AssignedInput | undefined> {
    if (parts.faults.get(run.id)) return undefined;
    const record = await storeOf(parts, run)?.peek(inputKey, MAX_INPUT_BYTES);
    return record && { ...record, bytes: exactBytes(record.bytes), storeId: run.defaultKeyValueStoreId };
}

function storeOf({ storages }: Pick<RunDependencies, 'storages'>, run: Run): KeyValueStore | undefined {
    return storages.keyValueStores.find(run.defaultKeyValueStoreId);
}

/** The variables with credentials of a run, and all texts that its log hides. */
async function findSecrets(
    { tokens, external, networks }: Pick<RunDependencies, 'tokens' | 'external' | 'networks'>,
    { document, target }: RunToExecute,
    runnable: Runnable,
): Promise<RunSecrets> {
    const usesProxy = runnable.type === 'program' && runnable.program.mayUseProxy;
    const proxy: Record<string, string> = usesProxy ? await networks.proxyVariables(document) : {};
    const input = target.input && (await target.input.readSecrets(document.run, document.inputKey));
    return {
        variables: { ...proxy, ...input?.variables },
        texts: [
            ...tokens,
            external.tokenOf(document.run.id),
            proxy['APIFY_PROXY_PASSWORD'] ?? '',
            ...(target.secrets ?? []),
            ...(input?.texts ?? []),
        ],
    };
}

/** The requests and reports of an Actor, answered by the engine. */
function createHost(parts: RunDependencies, { document, log, meter }: RunToExecute): ExecutionHost {
    const { run } = document;
    const { actorApi, external, faults, networks, storages } = parts;
    return {
        call: (steps) => actorApi.call(run.id, steps),
        request: (request) => actorApi.request(run.id, request),
        fetch: (request, exchange) => networks.fetch(document, request, exchange, (text) => log.note(text)),
        // Counts as the read that it spares.
        inputRead: () => void storeOf(parts, run)?.usedBy(userOf(run)).has(document.inputKey),
        lease: (datasetId, byteCount) => grantDirectWrites(parts, document, { datasetId, byteCount }),
        takeIn: (datasetId) => storages.datasets.find(datasetId)?.takeIn(),
        hangUp: () => faults.get(run.id)?.releaseWaiters(),
        output: (stream, text) => log.write(stream, text),
        usage(usage) {
            meter.add(usage);
            external.tellUsage(run.id, usage);
        },
        inspectorOpened(url) {
            const debug = debugOf(document, parts.settings);
            if (debug !== undefined) log.note(inspectorNote(url, debug));
            parts.emit('run.inspector-opened', { run: copyRun(run), url });
        },
    };
}

/**
 * Lets the Actor append the items of a dataset itself, if that is possible: only its default dataset, which no one else writes,
 * because the host keeps the order of several writers; and only where neither a charge nor a fault depends on each push.
 */
function grantDirectWrites(
    { storages, faults }: Pick<RunDependencies, 'storages' | 'faults'>,
    { run }: RunDocument,
    { datasetId, byteCount }: { datasetId: string; byteCount: number },
): ItemLease | undefined {
    if (datasetId !== run.defaultDatasetId || paysPerItem(run) || faults.get(run.id)) return undefined;
    return storages.datasets.find(datasetId)?.usedBy(userOf(run)).lease(byteCount);
}
