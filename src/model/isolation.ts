/**
 * How much a run is kept apart from its host: `thread` is a fresh thread, `pooled` a warm one that other runs of the same
 * Actor have used, `process` a process of its own, `inline` the host's own thread.
 */
export type Isolation = 'thread' | 'pooled' | 'process' | 'inline';

/** Every isolation, the default first. */
export const ISOLATIONS: readonly Isolation[] = ['thread', 'pooled', 'process', 'inline'];
