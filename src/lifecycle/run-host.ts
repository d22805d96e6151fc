import { copyRun, type RunDocument } from '../model/run-document.js';
import { debugOf, inspectorNote } from './debug.js';
import { lendItems } from './lend-items.js';
import type { ExecutionHost } from '../executor/executor.js';
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
        fetch: (request, exchange) => parts.networks.fetch(document, request, exchange, (text) => log.note(text)),
        lease: (datasetId, byteCount) => lendItems(parts, run, { datasetId, byteCount }),
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
