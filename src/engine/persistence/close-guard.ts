import type { LogWriter } from '../../logs/log-writer.js';
import type { ClosableChargeLog } from '../../records/charge-log.js';
import type { DocumentStore } from '../../records/document-store.js';

/** What of a medium writes by itself, without the backend. */
export interface GuardedWriters {
    documents: DocumentStore;
    charges: ClosableChargeLog;
    logWriter: LogWriter;
}

/**
 * Lets nothing be written any more once they are closed. A thread that was given up as stuck may still come to its end, and what
 * is in the files by then may be another state, or belong to another engine.
 */
export function withCloseGuard({
    documents,
    charges,
    logWriter: logSink,
}: GuardedWriters): GuardedWriters & { close(): void } {
    let isClosed = false;
    const unlessClosed = (write: () => void): void => {
        if (!isClosed) write();
    };
    return {
        documents: {
            ...documents,
            save: (kind, id, document) => unlessClosed(() => documents.save(kind, id, document)),
            remove: (kind, id) => unlessClosed(() => documents.remove(kind, id)),
        },
        charges: {
            ...charges,
            append: (runId, charge) => unlessClosed(() => charges.append(runId, charge)),
            remove: (runId) => unlessClosed(() => charges.remove(runId)),
        },
        logWriter: {
            ...logSink,
            append: (runId, text) => unlessClosed(() => logSink.append(runId, text)),
            // What is open has to be closed in any case.
            end: (runId, text) => logSink.end(runId, isClosed ? undefined : text),
            remove: (runId) => unlessClosed(() => logSink.remove(runId)),
        },
        close() {
            isClosed = true;
            charges.close();
            documents.close();
            logSink.close();
        },
    };
}
