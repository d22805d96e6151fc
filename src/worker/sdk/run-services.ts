import type { Client } from '../../model/client/client.js';

/** The services of a run that the parts of the SDK depend on. */
export interface RunServices {
    readonly client: Client;
    /** Environment variables of the run, read at each access. */
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Aborted when the run must end. */
    readonly signal: AbortSignal;
    /** Appends items to a dataset, each given as the JSON text of one object. */
    push(datasetId: string, texts: readonly string[]): Promise<void>;
    /** Reports to the host why the run fails. The log already contains the error. */
    reportFailure(error: unknown): void;
    /** Writes to the log of the run. */
    write(stream: 'stdout' | 'stderr', text: string): void;
    /** Ends the run. Does not return, or never settles, if none of the Actor's code must run any more. */
    exit(exitCode: number): void | Promise<never>;
}

let source: () => RunServices | undefined = () => undefined;

/** Sets the function that finds the run of a call: the run of this thread, or that of the async context. */
export function setServicesSource(find: () => RunServices | undefined): void {
    source = find;
}

/** Returns the services of the run that the SDK is used in; undefined outside of a run. */
export function findRunServices(): RunServices | undefined {
    return source();
}
