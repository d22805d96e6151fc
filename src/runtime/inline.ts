import { AsyncLocalStorage } from 'node:async_hooks';
import { EngineError } from '../errors/engine-error.js';
import { createRemoteClient } from './remote-client.js';
import { callFunction } from './call-function.js';
import { joinTexts } from './item-json.js';
import { setContextSource, type RunContext } from './sdk/context.js';
import { announce, createRunContext } from './sdk/run-context.js';
import type { InlineOptions, InlineRun } from '../protocol/inline.js';
import type { CallStep } from '../protocol/calls.js';

/*
 * Actors that are functions of the host's: they run in its own thread, many at once. Which run a call of the SDK belongs
 * to follows from the chain of calls that it is made in.
 */

const runs = new AsyncLocalStorage<RunContext>();
setContextSource(() => runs.getStore());

/** Runs a function as an Actor, in this very thread. */
export function startInline({ run, env, host }: InlineOptions): InlineRun {
    const abort = new AbortController();
    let isOver = false;
    let end: (result: { exitCode: number; error?: unknown }) => void = () => {};
    const ended = new Promise<{ exitCode: number; error?: unknown }>((resolve) => {
        end = resolve;
    });
    let failure: unknown;
    // Copied both ways, as between threads: what is stored must not change with what the function does to it later.
    const call = async (steps: CallStep[]): Promise<unknown> => {
        if (isOver) throw goneError();
        return structuredClone(await host.call(structuredClone(steps)));
    };
    const client = createRemoteClient({ call });
    const context = createRunContext({
        client,
        env,
        signal: abort.signal,
        push: (datasetId, texts) => client.dataset(datasetId).pushItems(joinTexts(texts)),
        noteFailure(error) {
            failure = error;
        },
        write: (stream, text) => host.output(stream, text),
        exit(exitCode) {
            isOver = true;
            end({ exitCode, ...(failure !== undefined && { error: failure }) });
            // Nothing after `Actor.exit()` is ever reached in a thread either.
            return new Promise<never>(() => {});
        },
    });
    void runs.run(context, () => callFunction(run, context));
    return {
        ended,
        send(event) {
            if (event.name === 'aborting')
                abort.abort(new DOMException(`The run is ending: ${event.reason}.`, 'AbortError'));
            runs.run(context, () => announce(context, event));
        },
        abandon() {
            isOver = true;
            abort.abort(new DOMException('The run has been ended.', 'AbortError'));
        },
    };
}

function goneError(): EngineError {
    return new EngineError(
        'run-gone',
        'The run of this function has ended; nothing can be done on its behalf any more.',
    );
}
