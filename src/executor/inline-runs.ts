import { serializeError } from '../errors/serialize.js';
import type { ImportModule, InlineModule, InlineRun } from '../protocol/inline.js';
import type { Execution, ExecutionEnd, ExecutionRequest } from './executor.js';

/** How Actors come into the host's own thread. */
export interface InlineLoading {
    /** Loads the module that runs them: it prepares what they see. */
    loadInline: () => Promise<InlineModule>;
    /** Imports their modules in place of Node. */
    importModule?: ImportModule | undefined;
}

/**
 * Runs an Actor in the host's own thread, where coverage, breakpoints, mocks and fake timers see it. To the lifecycle it is
 * as any other run, but it shares memory and event loop with the host: it has no memory limit, and a kill can only stop
 * waiting for it.
 */
export function executeInline(
    { loadInline, importModule }: InlineLoading,
    { runnable, env, network, host, retries }: ExecutionRequest,
): Execution {
    let settle: (end: ExecutionEnd) => void = () => {};
    const ended = new Promise<ExecutionEnd>((resolve) => {
        settle = resolve;
    });
    let inline: InlineRun | undefined;
    const waiting: Parameters<InlineRun['send']>[0][] = [];
    let isKilled = false;
    const start = async (): Promise<void> => {
        const { startInline } = await loadInline();
        if (isKilled) return;
        inline = startInline({ runnable, env, network, host, retries, importModule });
        for (const event of waiting) inline.send(event);
        settle({ type: 'exited', ...(await inline.ended) });
    };
    start().catch((error: unknown) => settle({ type: 'lost', error: serializeError(error) }));
    return {
        ended,
        send(event) {
            if (inline === undefined) waiting.push(event);
            else inline.send(event);
        },
        kill() {
            isKilled = true;
            inline?.abandon();
            settle({ type: 'killed' });
        },
    };
}
