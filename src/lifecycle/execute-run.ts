import { copyRun, type RunDocument } from '../model/run-document.js';
import { paysPerItem } from './charge-desk.js';
import { debugOf, inspectorNote, INLINE_DEBUG_NOTE } from './debug.js';
import { runEnvironment } from './environment.js';
import { chooseIsolation } from './isolation.js';
import { userOf } from './run-usage.js';
import type { ExecutionHost, ExecutionRequest, Executor } from '../executor/executor.js';
import type { Foresight } from '../protocol/foresight.js';
import type { Isolation } from '../model/execution.js';
import type { ItemLease } from '../protocol/item-lease.js';
import type { Runnable } from '../protocol/messages.js';
import type { LifecycleParts, RunLogWriter, RunSecrets, StartTarget } from './parts.js';
import type { UsageMeter } from './usage-meter.js';

/** One run, and what it is at the moment. */
export interface RunToExecute {
    readonly document: RunDocument;
    readonly target: StartTarget;
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
export async function prepareExecution(parts: LifecycleParts, run: RunToExecute): Promise<PreparedExecution> {
    const { document, target, log, timeoutAt } = run;
    const { settings, outside } = parts;
    const { id, options } = document.run;
    const runnable = await target.resolveRunnable();
    const secrets = await findSecrets(parts, run, runnable);
    const isolation = chooseIsolation(document.isolation, target, settings);
    const [executor, foresight] = await Promise.all([
        parts.findExecutor(isolation),
        foresee(parts, document, isolation),
    ]);
    log.hide(secrets.texts);
    const debug = debugOf(document, settings);
    if (debug && isolation === 'inline') log.note(INLINE_DEBUG_NOTE);
    const request = {
        runId: id,
        runnable,
        memoryMbytes: options.memoryMbytes,
        foresight,
        retries: parts.faults.of(id)?.retries,
        debug,
        env: { ...secrets.variables, ...runEnvironment(document, target, timeoutAt, parts) },
        childEnv: outside.variablesFor(id),
        network: parts.networks.of(document),
        setupFiles: [...settings.setupFiles, ...(document.setupFiles ?? [])],
        terminateTimeoutSecs: settings.terminateTimeoutSecs,
        host: createHost(parts, run),
    };
    return { executor, request };
}

/** What the Actor is likely to ask for first; an Actor whose calls are subject to faults asks for everything. */
async function foresee(
    { faults, foresee: foreseeInput }: LifecycleParts,
    { run, inputKey }: RunDocument,
    isolation: Isolation,
): Promise<Foresight | undefined> {
    return isolation === 'inline' || faults.of(run.id) ? undefined : foreseeInput(run, inputKey);
}

/** The variables with credentials of a run, and all texts that its log hides. */
async function findSecrets(
    { tokens, outside, proxyVariables }: Pick<LifecycleParts, 'tokens' | 'outside' | 'proxyVariables'>,
    { document, target }: RunToExecute,
    runnable: Runnable,
): Promise<RunSecrets> {
    const usesProxy = runnable.type === 'program' && runnable.program.mayUseProxy;
    const proxy: Record<string, string> = usesProxy ? await proxyVariables(document) : {};
    const input = target.input && (await target.input.readSecrets(document.run, document.inputKey));
    return {
        variables: { ...proxy, ...input?.variables },
        texts: [
            ...tokens,
            outside.tokenOf(document.run.id),
            proxy['APIFY_PROXY_PASSWORD'] ?? '',
            ...(target.secrets ?? []),
            ...(input?.texts ?? []),
        ],
    };
}

/** The requests and reports of an Actor, answered by the engine. */
function createHost(parts: LifecycleParts, { document, log, meter }: RunToExecute): ExecutionHost {
    const { run } = document;
    return {
        call: (steps) => parts.call(run.id, steps),
        request: (request) => parts.request(run.id, request),
        fetch: (request, exchange) => parts.networks.fetch(document, request, exchange, (text) => log.note(text)),
        lease: (datasetId, byteCount) => grantDirectWrites(parts, document, { datasetId, byteCount }),
        takeIn: (datasetId) => parts.storages.datasets.find(datasetId)?.takeIn(),
        hangUp: () => parts.faults.of(run.id)?.hangUp(),
        output: (stream, text) => log.write(stream, text),
        usage(usage) {
            meter.add(usage);
            parts.outside.tellUsage(run.id, usage);
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
    { storages, faults }: Pick<LifecycleParts, 'storages' | 'faults'>,
    { run }: RunDocument,
    { datasetId, byteCount }: { datasetId: string; byteCount: number },
): ItemLease | undefined {
    if (datasetId !== run.defaultDatasetId || paysPerItem(run) || faults.of(run.id)) return undefined;
    return storages.datasets.find(datasetId)?.usedBy(userOf(run)).lease(byteCount);
}
