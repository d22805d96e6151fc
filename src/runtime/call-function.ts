import { Actor } from './sdk/actor.js';
import { log } from './sdk/log.js';
import type { ActorFunction } from '../protocol/actor-function.js';
import type { RunContext } from './sdk/context.js';

/**
 * Calls an Actor of the function style as `Actor.main` would: what it returns becomes the record `OUTPUT`, and the run ends
 * with it.
 *
 * @param onDone - Called when the function has returned and its output is stored.
 */
export async function callFunction(run: ActorFunction, context: RunContext, onDone?: () => void): Promise<void> {
    const work = async (): Promise<void> => {
        const input = await Actor.getInput();
        const output = await run({ input, Actor, signal: context.signal, log });
        if (output !== undefined) await Actor.setValue('OUTPUT', output);
        onDone?.();
    };
    await context.session.main(context, work, { gracefulShutdown: false });
}
