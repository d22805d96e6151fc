import { findActor, writableActorId } from '../access.js';
import { checkId, checkRequired, notFoundError } from '../arguments.js';
import { recordList } from '../paging.js';
import type { ActorVersion, ActorVersionClient, ActorVersionCollectionClient } from '../../model/api/version.js';
import type { ClientContext } from '../services.js';

/** Creates the client of the versions of one Actor. */
export function createVersionCollectionClient(context: ClientContext, actor: string): ActorVersionCollectionClient {
    const actorId = (): string => writableActorId(context.services, actor);
    return {
        list: (options) =>
            recordList(
                options,
                () => context.services.versions.list(actorId()),
                (version) => version,
            ),
        create: async (version) => {
            checkRequired('version', version);
            return context.services.versions.create(actorId(), version);
        },
    };
}

/** Creates the client of one version of an Actor and of its environment variables. Each call resolves it again. */
export function createVersionClient(context: ClientContext, actor: string, number: string): ActorVersionClient {
    const versions = () => context.services.versions;
    const actorId = (): string => writableActorId(context.services, actor);
    const find = (): ActorVersion | undefined =>
        findActor(context.services, actor) && versions().find(actorId(), number);
    const require = (): ActorVersion => {
        const version = find();
        if (version) return version;
        throw notFoundError(
            `version ${number} of Actor \`${actor}\``,
            'List the existing ones with `versions().list()`.',
        );
    };
    return {
        get: async () => find(),
        update: async (fields) => {
            checkRequired('fields', fields);
            return versions().update(actorId(), number, fields);
        },
        delete: async () => {
            if (find()) versions().remove(actorId(), number);
        },
        envVar: (name) => {
            checkId('name', name);
            return {
                get: async () => find()?.envVars.find((variable) => variable.name === name),
                update: async (fields) => {
                    checkRequired('fields', fields);
                    return versions().updateEnvVar(actorId(), number, name, fields);
                },
                delete: async () => {
                    if (find()) versions().removeEnvVar(actorId(), number, name);
                },
            };
        },
        envVars: () => ({
            list: (options) =>
                recordList(
                    options,
                    () => require().envVars,
                    (envVar) => envVar,
                ),
            create: async (envVar) => {
                checkRequired('envVar', envVar);
                return versions().createEnvVar(actorId(), number, envVar);
            },
        }),
    };
}
