import { Actor } from './sdk/actor.js';
import { JSON_TYPE } from './sdk/key-value-store.js';
import { log } from './sdk/log.js';
import { toJson } from './to-json.js';
import type { ActorFunction } from '../protocol/actor-function.js';
import type { RunContext } from './sdk/context.js';

const KEY = 'OUTPUT';

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
        if (output === null) await Actor.setValue(KEY, output);
        else if (output !== undefined)
            await context.leave({ key: KEY, value: toJson('value', output, 2), contentType: JSON_TYPE });
        onDone?.();
    };
    await context.session.main(context, work, { gracefulShutdown: false });
}
