import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { EngineError, isEngineError } from '../../errors/engine-error.js';
import { didYouMean } from '../../util/check.js';
import { toActorName } from '../../actors/definition/actor-name.js';
import { folderOf, readManifest, registerFolder } from '../backend/actor-folders.js';
import { referencePath, type Api } from '../backend/api.js';
import { usageError } from '../errors.js';
import { parseJson } from '../input.js';
import { parseKeyValue, type KeyValue } from './key-values.js';
import type { Actor } from '../../model/api/actor.js';
import type { RunSession } from './session.js';

/** The arguments of `greenroom run`. */
export interface RunArguments {
    /** A path, or the id or name of a registered Actor. */
    readonly actor: string;
    /** Its absolute path; for a name, that path does not exist. */
    readonly path: string;
    /** The folder of the path; undefined for a name. */
    readonly folder?: string | undefined;
    /** True if no Actor was named, which means the current directory. */
    readonly isDefault: boolean;
    readonly pairs: readonly KeyValue[];
}

/** Parses the arguments. The first one is the Actor, unless it is `key=value` and not an existing path. */
export function parseRunArguments(args: readonly string[], cwd: string): RunArguments {
    const [first, ...rest] = args;
    const isActor = first !== undefined && (parseKeyValue(first) === undefined || existsSync(resolve(cwd, first)));
    const pairs = (isActor ? rest : args).map((argument) => {
        const pair = parseKeyValue(argument);
        if (pair !== undefined) return pair;
        throw usageError(
            `'${argument}' is not key=value, as all arguments after the Actor must be. Quote values with spaces.`,
        );
    });
    const actor = isActor ? first : '.';
    const path = actor.startsWith('file:') ? actor : resolve(cwd, actor);
    const isPath = existsSync(path) || /^(\.|\/|[a-z]:\\|file:)/i.test(actor) || /\.[mc]?[jt]s$/.test(actor);
    return { actor, path, folder: isPath ? folderOf(path) : undefined, isDefault: !isActor, pairs };
}

/** Finds or registers the Actor to run. */
export async function resolveTarget(session: RunSession, args: RunArguments): Promise<Actor> {
    const { api, client } = session;
    const { actor: name, path, folder, isDefault } = args;
    if (folder === undefined) {
        const actor = await client.actor(name).get();
        if (actor !== undefined) return actor;
        const names = await readNames(api);
        const existing = names.length === 0 ? 'no Actors' : `only ${names.join(', ')}`;
        const message = `'${name}' is neither a path nor an Actor: ${path} does not exist, and ${api.location} has ${existing}.${didYouMean(name, names)}`;
        throw new EngineError('actor-not-found', message, { details: { name, path } });
    }
    // Only the owner of a storage directory can register a folder; a server does so for its own folders.
    if (api.engine === undefined) return findByFolder(api, path);
    try {
        return await registerFolder(api.engine, api.location, path, (line) => session.print(line));
    } catch (error) {
        if (!isDefault || !isNoActor(error)) throw error;
        const message = `${error.message}\nTo run another folder: greenroom run FOLDER. To create an Actor: greenroom init NAME.`;
        throw new EngineError(error.code, message, { details: error.details, cause: error });
    }
}

/** Finds the Actor of a folder on a server, by its name. A server only registers the folders that it was started with. */
async function findByFolder(api: Api, path: string): Promise<Actor> {
    const manifest = readManifest(path);
    const { name: declared } = Object(manifest && parseJson(manifest.text, manifest.file)) as { name?: unknown };
    const name = typeof declared === 'string' ? declared : toActorName(basename(path, extname(path)));
    const actor = await api.find<Actor>(referencePath('acts', name));
    if (actor !== undefined) return actor;
    const names = await readNames(api);
    const existing = names.length === 0 ? 'no Actors' : `no Actor \`${name}\`, only ${names.join(', ')}`;
    throw new EngineError(
        'actor-not-found',
        `The server at ${api.location} owns the storage directory, but does not serve ${path}: it has ${existing}. ` +
            'Start it with that folder (`greenroom dev FOLDER`), or use another directory for this run: --storage DIR.',
    );
}

async function readNames(api: Api): Promise<string[]> {
    return (await api.list<Actor>('acts', { my: true })).map(({ name }) => name);
}

/** True if a folder has no Actor; errors in an Actor name a file. */
function isNoActor(error: unknown): error is EngineError {
    return isEngineError(error) && error.code === 'actor-source-invalid' && error.details['file'] === undefined;
}
