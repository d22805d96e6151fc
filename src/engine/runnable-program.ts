import { EngineError } from '../errors/engine-error.js';
import { resolveProgram, type ActorBlueprint } from '../registry/actor-source.js';
import type { Program } from '../protocol/messages.js';

/**
 * The program of an Actor as it is now, if this version can run it.
 *
 * @throws EngineError as `resolveProgram`; `not-yet-available` for an Actor that brings its own SDK.
 */
export async function runnableProgram(blueprint: ActorBlueprint): Promise<{ program: Program; preload: string[] }> {
    const { program, preload, sdk } = await resolveProgram(blueprint);
    if (sdk === 'built-in') return { program, preload };
    throw new EngineError(
        'not-yet-available',
        `The Actor \`${blueprint.name}\` (${program.entry}) imports an \`apify\` package that is installed for it. Running ` +
            'that package comes with a later version of greenroom; this one runs Actors on its built-in SDK of the same ' +
            'name. Run a copy of the Actor outside of folders with `node_modules/apify`, or give its files as `sourceFiles`.',
        { details: { actor: blueprint.name } },
    );
}
