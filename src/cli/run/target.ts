import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EngineError, isEngineError } from '../../errors/engine-error.js';
import { didYouMean } from '../../util/check.js';
import { badUsage } from '../errors.js';
import { parseKeyValue, type KeyValue } from './key-values.js';
import type { Actor } from '../../model/actor.js';
import type { Runner } from './runner.js';

/** The Actor to run. */
export type RunTarget =
    /** A folder or a module file, as an absolute path; `folder` contains it. */
    | { readonly kind: 'path'; readonly path: string; readonly folder: string }
    /** The id or name of a registered Actor; `path` does not exist. */
    | { readonly kind: 'name'; readonly name: string; readonly path: string };

/** The arguments of `greenroom run`. */
export interface RunArguments {
    readonly target: RunTarget;
    /** True if no Actor was named: the current directory. */
    readonly isDefault: boolean;
    readonly pairs: readonly KeyValue[];
}

/** Parses the arguments: the first one is the Actor, unless it is `key=value` and not a path. */
export function parseRunArguments(args: readonly string[], cwd: string): RunArguments {
    const [first, ...rest] = args;
    const isActor = first !== undefined && (parseKeyValue(first) === undefined || existsSync(resolve(cwd, first)));
    const pairs = (isActor ? rest : args).map((argument) => {
        const pair = parseKeyValue(argument);
        if (pair !== undefined) return pair;
        throw badUsage(
            `'${argument}' is not key=value, as all arguments after the Actor must be. Quote a value with spaces.`,
        );
    });
    return { target: parseTarget(isActor ? first : '.', cwd), isDefault: !isActor, pairs };
}

function parseTarget(text: string, cwd: string): RunTarget {
    const path = text.startsWith('file:') ? text : resolve(cwd, text);
    const stats = statSync(path, { throwIfNoEntry: false });
    const isPath = stats !== undefined || /^(\.|\/|[a-z]:\\|file:)/i.test(text) || /\.[mc]?[jt]s$/.test(text);
    if (!isPath) return { kind: 'name', name: text, path };
    return { kind: 'path', path, folder: stats?.isDirectory() ? path : dirname(path) };
}

/**
 * Finds or registers the Actor to run.
 *
 * @throws EngineError `actor-not-found`, or `actor-source-invalid` and others for a folder that cannot be run.
 */
export async function resolveTarget(runner: Runner, { target, isDefault }: RunArguments): Promise<Actor> {
    if (target.kind === 'name') {
        const actor = await runner.client.actor(target.name).get();
        if (actor !== undefined) return actor;
        const names = (await runner.client.actors().list()).items.map((one) => one.name);
        const { name, path } = target;
        const existing = names.length === 0 ? 'which has no Actors' : `which has ${names.join(', ')}`;
        const message = `'${name}' is neither the folder or module ${path} nor an Actor in ${runner.api.connection.place}, ${existing}.${didYouMean(name, names)}`;
        throw new EngineError('actor-not-found', message, { details: { name, path } });
    }
    try {
        return await runner.register(target.path);
    } catch (error) {
        if (!isDefault || !isNoActor(error)) throw error;
        const message = `${error.message}\nTo run another folder: greenroom run FOLDER. To create an Actor: greenroom init NAME.`;
        throw new EngineError(error.code, message, { details: error.details, cause: error });
    }
}

/** True for a folder without an Actor; an error in an Actor names a file. */
function isNoActor(error: unknown): error is EngineError {
    return isEngineError(error) && error.code === 'actor-source-invalid' && error.details['file'] === undefined;
}
