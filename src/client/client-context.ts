import type { LockOperation } from '../protocol/operations.js';
import type { Run, RunCause } from '../model/run.js';
import type { ClientHost } from './client-host.js';
import type { StorageLookups } from './storage-ref.js';

/** What the resources of one client share. */
export interface ClientContext {
    readonly host: ClientHost;
    /** The storages of the host, used on the account of whoever speaks through this client. */
    readonly storages: StorageLookups;
    /** What the runs it starts are told of where they come from. */
    readonly cause: RunCause;
    /** The run whose Actor speaks through this client, if one does. */
    readonly runId?: string;
    /** Present for a client of a run that may lose its locks. */
    readonly lossBy?: LockLoss;
}

/** Says how the lock is lost of the locked request that an operation is about, if it is. */
export type LockLoss = (operation: LockOperation) => true | 'taken' | undefined;

/** A run that is looked up anew for each call, since it may come to be, change or go in between. */
export interface RunLocator {
    find(): Run | undefined;
    /** What is looked for, as an error names it: `run `abc``. */
    readonly sought: string;
}
