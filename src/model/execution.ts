/**
 * Isolation of a run from its host:
 *
 * - `thread`: a fresh worker thread.
 * - `pooled`: a warm worker thread that earlier runs of the same Actor have used.
 * - `process`: a process of its own.
 * - `inline`: the host's own thread.
 */
export type Isolation = 'thread' | 'pooled' | 'process' | 'inline';

/** All isolation modes, the default first. */
export const ISOLATIONS: readonly Isolation[] = ['thread', 'pooled', 'process', 'inline'];

/** Options for debugging a run. */
export interface DebugOptions {
    /** Port of the inspector on 127.0.0.1. Each run needs its own. Default: 0, a free port. */
    readonly port?: number;
    /** If true, the Actor starts only after a debugger has attached. Default: true. */
    readonly wait?: boolean;
}

/** {@link DebugOptions} with all defaults. */
export type DebugSettings = Required<DebugOptions>;
