import { serializeError } from '../errors/serialize.js';
import type { InlineModule, InlineRun } from '../protocol/inline.js';
import type { Execution, ExecutionEnd, ExecutionRequest } from './executor.js';

/**
 * Runs an Actor in the host's own thread, where coverage, breakpoints, mocks and fake timers see it. To the lifecycle it is
 * as any other run, but it shares memory and event loop with the host: it has no memory limit, and a kill can only stop
 * waiting for it.
 *
 * @param inlineUrl - Location of the built module that prepares what the Actor sees.
 */
export function executeInline(inlineUrl: string, { runnable, env, network, host }: ExecutionRequest): Execution {
    let settle: (end: ExecutionEnd) => void = () => {};
    const ended = new Promise<ExecutionEnd>((resolve) => {
        settle = resolve;
    });
    let inline: InlineRun | undefined;
    const waiting: Parameters<InlineRun['send']>[0][] = [];
    let isKilled = false;
    const start = async (): Promise<void> => {
        const { startInline } = (await import(inlineUrl)) as InlineModule;
        if (isKilled) return;
        inline = startInline({ runnable, env, network, host });
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
