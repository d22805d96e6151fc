import type { LogWriter } from '../../logs/log-writer.js';
import type { ClosableChargeLog } from '../../records/charge-log.js';
import type { DocumentStore } from '../../records/document-store.js';

/** The parts of a persistence that write independently of the storage backend. */
export interface GuardedWriters {
    documents: DocumentStore;
    charges: ClosableChargeLog;
    logWriter: LogWriter;
}

/**
 * Wraps writers so that they ignore writes after they are closed. A thread that was abandoned as stuck may end later and report to
 * its run; the files may have another state or another owner by then.
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
            // Called even when closed, since it closes the file.
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
