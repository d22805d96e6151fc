import { copyRun, type RunDocument } from '../model/run-document.js';
import { paysPerItem } from './charge-desk.js';
import { debugOf, inspectorNote } from './debug.js';
import { userOf } from './run-usage.js';
import type { ExecutionHost } from '../executor/executor.js';
import type { ItemLease } from '../protocol/item-lease.js';
import type { LifecycleParts, RunLogWriter } from './parts.js';
import type { UsageMeter } from './usage-meter.js';

/** What the Actor of a run can ask of the engine, and what it tells of itself. */
export function hostOfRun(
    parts: LifecycleParts,
    document: RunDocument,
    { log, meter }: { log: RunLogWriter; meter: UsageMeter },
): ExecutionHost {
    const { run } = document;
    return {
        call: (steps) => parts.call(run.id, steps),
        request: (request) => parts.request(run.id, request),
        lease: (datasetId) => lease(parts, document, datasetId),
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
 * Only what the run alone writes is lent: the order of several writers is for the host to keep. And nothing is lent
 * where each item is to be paid for as it comes.
 */
function lease({ storages }: LifecycleParts, { run }: RunDocument, datasetId: string): ItemLease | undefined {
    if (datasetId !== run.defaultDatasetId || paysPerItem(run)) return undefined;
    return storages.datasets.find(datasetId)?.usedBy(userOf(run)).lease();
}
