/**
 * How much a run is kept apart from its host: `thread` is a fresh thread, `pooled` a warm one that other runs of the same
 * Actor have used, `process` a process of its own, `inline` the host's own thread.
 */
export type Isolation = 'thread' | 'pooled' | 'process' | 'inline';

/** Every isolation, the default first. */
export const ISOLATIONS: readonly Isolation[] = ['thread', 'pooled', 'process', 'inline'];

/** How a run is to be debugged. */
export interface DebugOptions {
    /** Port of the inspector on 127.0.0.1; each run has one of its own. Default: 0, any that is free. */
    readonly port?: number;
    /** Whether the Actor begins only when a debugger has attached. Default: true. */
    readonly wait?: boolean;
}

/** {@link DebugOptions} with all defaults. */
export type DebugSettings = Required<DebugOptions>;
