import { serializeError } from '../errors/serialize.js';
import type { ActorFunction } from '../protocol/actor-function.js';
import type { Crash } from '../protocol/messages.js';
import type { InlineModule, InlineRun } from '../protocol/inline.js';
import type { Execution, ExecutionEnd, ExecutionRequest } from './executor.js';

/**
 * Runs a function in the host's own thread. It is as any other run to the lifecycle, but shares memory and event loop with
 * the host: it has no memory limit, and a kill can only stop waiting for it.
 *
 * @param inlineUrl - Location of the module that prepares what the function sees.
 */
export function executeFunction(inlineUrl: string, run: ActorFunction, request: ExecutionRequest): Execution {
    let settle: (end: ExecutionEnd) => void = () => {};
    const ended = new Promise<ExecutionEnd>((resolve) => {
        settle = resolve;
    });
    let inline: InlineRun | undefined;
    const waiting: Parameters<InlineRun['send']>[0][] = [];
    const start = async (): Promise<void> => {
        const { startInline } = (await import(inlineUrl)) as InlineModule;
        inline = startInline({ run, env: request.env, host: request.host });
        for (const event of waiting) inline.send(event);
        const { exitCode, error } = await inline.ended;
        const crash: Crash = { phase: 'running', error: serializeError(error), isLogged: true };
        settle({ type: 'exited', exitCode, ...(error !== undefined && { crash }) });
    };
    start().catch((error: unknown) => settle({ type: 'lost', error: serializeError(error) }));
    return {
        ended,
        send(event) {
            if (inline === undefined) waiting.push(event);
            else inline.send(event);
        },
        kill() {
            inline?.abandon();
            settle({ type: 'killed' });
        },
    };
}
