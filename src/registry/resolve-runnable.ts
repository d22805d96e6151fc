import { EngineError } from '../errors/engine-error.js';
import { resolveProgram } from './resolve-program.js';
import type { Runnable } from '../protocol/messages.js';
import type { ActorBlueprint } from './actor-blueprint.js';

/**
 * What an Actor comes to, as it is now: the function that it was given as, or the program in its folder.
 *
 * @throws EngineError `actor-failed-to-start` for a function of a process that has ended; else as `resolveProgram`.
 */
export async function resolveRunnable(blueprint: ActorBlueprint): Promise<Runnable> {
    if (blueprint.isFunction !== true) return { type: 'program', ...(await resolveProgram(blueprint)) };
    if (blueprint.run !== undefined) return { type: 'function', run: blueprint.run };
    throw new EngineError(
        'actor-failed-to-start',
        `The Actor \`${blueprint.name}\` is a function that an earlier process gave. Add it again with \`engine.addActor()\`.`,
        { details: { actor: blueprint.name } },
    );
}
