import { EngineError, isEngineError } from '../../errors/engine-error.js';
import { didYouMean } from '../../util/check.js';
import type { Actor } from '../../model/actor.js';
import type { RunArguments } from './run-target.js';
import type { Stage } from './stage.js';

/**
 * The Actor that is to be run.
 *
 * @throws EngineError `actor-not-found`, or `actor-source-invalid` and others of a folder that cannot be run.
 */
export async function findActor(stage: Stage, { target, isDefault }: RunArguments): Promise<Actor> {
    if (target.kind === 'name') {
        return (await stage.actor(target.name)) ?? Promise.reject(await notFound(stage, target.name, target.path));
    }
    try {
        return await stage.register(target.path);
    } catch (error) {
        if (!isDefault || !isNoActor(error)) throw error;
        const message = `${error.message}\nTo run another folder, name it: greenroom run FOLDER. To begin a new Actor: greenroom init NAME.`;
        throw new EngineError(error.code, message, { details: error.details, cause: error });
    }
}

/** Of what is wrong with an Actor, a file is named. */
function isNoActor(error: unknown): error is EngineError {
    return isEngineError(error) && error.code === 'actor-source-invalid' && error.details['file'] === undefined;
}

async function notFound(stage: Stage, name: string, path: string): Promise<EngineError> {
    const names = await stage.actorNames();
    const known = names.length === 0 ? 'none at all' : names.join(', ');
    const message =
        `There is no folder or module ${path}, and no Actor of the name or id '${name}' in ${stage.place}, which has ${known}.` +
        didYouMean(name, names);
    return new EngineError('actor-not-found', message, { details: { name, path } });
}
