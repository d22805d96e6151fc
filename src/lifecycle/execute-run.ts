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
import type { KeyValueStore, StoredRecord } from '../storage/key-value-store.js';
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
    const isolation = chooseIsolation(document.isolation, target, settings);
    const hasSecrets = target.input?.hasSecrets === true;
    const input = isolation === 'inline' && !hasSecrets ? undefined : await readInput(parts, document, hasSecrets);
    const secrets = await findSecrets(parts, run, { runnable, input: hasSecrets ? input : undefined });
    const executor = await parts.findExecutor(isolation);
    log.hide(secrets.texts);
    const debug = debugOf(document, settings);
    if (debug && isolation === 'inline') log.note(INLINE_DEBUG_NOTE);
    const request = {
        runId: id,
        runnable,
        memoryMbytes: options.memoryMbytes,
        input: isolation === 'inline' || parts.faults.get(id) ? undefined : assignedInput(document, input),
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

/** Reads the stored input, once for the assignment and the secrets; undefined if it is too large to travel, and has no secrets. */
async function readInput(
    parts: Pick<RunDependencies, 'storages'>,
    { run, inputKey }: RunDocument,
    hasSecrets: boolean,
): Promise<StoredRecord | undefined> {
    return storeOf(parts, run)?.peek(inputKey, hasSecrets ? Number.POSITIVE_INFINITY : MAX_INPUT_BYTES);
}

/** The input in the assignment. A large one travels when the Actor asks for it; where scripted faults apply, every input does. */
function assignedInput({ run }: RunDocument, input: StoredRecord | undefined): AssignedInput | undefined {
    if (input === undefined || input.bytes.length > MAX_INPUT_BYTES) return undefined;
    return { ...input, bytes: exactBytes(input.bytes), storeId: run.defaultKeyValueStoreId };
}

function storeOf({ storages }: Pick<RunDependencies, 'storages'>, run: Run): KeyValueStore | undefined {
    return storages.keyValueStores.find(run.defaultKeyValueStoreId);
}

/** The variables with credentials of a run, and all texts that its log hides. */
async function findSecrets(
    { tokens, external, networks }: Pick<RunDependencies, 'tokens' | 'external' | 'networks'>,
    { document, target }: RunToExecute,
    { runnable, input: stored }: { runnable: Runnable; input: StoredRecord | undefined },
): Promise<RunSecrets> {
    const usesProxy = runnable.type === 'program' && runnable.program.mayUseProxy;
    const proxy: Record<string, string> = usesProxy ? await networks.proxyVariables(document) : {};
    const rules = target.input;
    const input = rules?.hasSecrets ? await rules.readSecrets(document.run.userId, stored?.bytes) : undefined;
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
