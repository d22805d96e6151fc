import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { EngineError, isEngineError } from '../../errors/engine-error.js';
import { didYouMean } from '../../util/check.js';
import { actorNameFrom } from '../../registry/definition/actor-name.js';
import { readManifest, registerOnce } from '../engine/actor-folders.js';
import { referencePath, type Api } from '../engine/api.js';
import { badUsage } from '../errors.js';
import { parseJson } from '../input.js';
import { parseKeyValue, type KeyValue } from './key-values.js';
import type { Actor } from '../../model/actor.js';
import type { RunSession } from './session.js';

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
export async function resolveTarget({ api, client }: RunSession, { target, isDefault }: RunArguments): Promise<Actor> {
    if (target.kind === 'name') {
        const actor = await client.actor(target.name).get();
        if (actor !== undefined) return actor;
        const names = await readNames(api);
        const { name, path } = target;
        const existing = names.length === 0 ? 'which has no Actors' : `which has ${names.join(', ')}`;
        const message = `'${name}' is neither the folder or module ${path} nor an Actor in ${api.place}, ${existing}.${didYouMean(name, names)}`;
        throw new EngineError('actor-not-found', message, { details: { name, path } });
    }
    if (api.engine === undefined) return findByFolder(api, target.path);
    try {
        return await registerOnce(api.engine, api.place, target.path);
    } catch (error) {
        if (!isDefault || !isNoActor(error)) throw error;
        const message = `${error.message}\nTo run another folder: greenroom run FOLDER. To create an Actor: greenroom init NAME.`;
        throw new EngineError(error.code, message, { details: error.details, cause: error });
    }
}

/** A server reads the folders that it was started with; this finds the Actor with the name of a folder. */
async function findByFolder(api: Api, path: string): Promise<Actor> {
    const manifest = readManifest(path);
    const { name: given } = Object(manifest && parseJson(manifest.text, manifest.file)) as { name?: unknown };
    const name = typeof given === 'string' ? given : actorNameFrom(basename(path, extname(path)));
    const actor = await api.find<Actor>(referencePath('acts', name));
    if (actor !== undefined) return actor;
    const existing = (await readNames(api)).join(', ') || 'no Actors';
    throw new EngineError(
        'actor-not-found',
        `The server at ${api.place}, which owns the storage directory, has no Actor \`${name}\` of ${path}; it has ${existing}. ` +
            'Start it with that folder (`greenroom dev FOLDER`), or use another directory for this run: --storage DIR.',
    );
}

async function readNames(api: Api): Promise<string[]> {
    return (await api.list<Actor>('acts', { my: true })).map(({ name }) => name);
}

/** True for a folder without an Actor; an error in an Actor names a file. */
function isNoActor(error: unknown): error is EngineError {
    return isEngineError(error) && error.code === 'actor-source-invalid' && error.details['file'] === undefined;
}
