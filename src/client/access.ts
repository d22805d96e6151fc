import { EngineError } from '../errors/engine-error.js';
import type { Actor, Build } from '../model/api/actor.js';
import type { Run } from '../model/api/run.js';
import type { StorageInfo } from '../model/api/storage.js';
import type { ClientServices, UserServices, Principal } from './services.js';

/*
 * Who may do what: each user reads and changes their own things, runs public Actors, and reads what its owner has opened. A client
 * resolves every id and name through the functions of this file, or through a `StorageRef`, which asks them.
 *
 * Source: "General resource access" in the platform's docs.
 */

const USER_SERVICE_LABELS: Record<keyof UserServices, string> = {
    account: 'account',
    webhooks: 'webhook',
    tasks: 'Actor task',
    schedules: 'schedule',
};

/** The error for a thing that the viewer may not see or change. `label` is a kind of thing, such as `dataset`. */
export function refusal({ user }: Principal, label: string): EngineError {
    if (user === undefined) {
        return new EngineError(
            'token-not-provided',
            `Authentication token was not provided, and the ${label} is not public. ` +
                'Send `Authorization: Bearer <token>`, with the token of its owner.',
        );
    }
    return new EngineError(
        'insufficient-permissions',
        // In the words of the platform, which clients' own tests look for.
        `Insufficient permissions for the ${label}. ` +
            "Make sure you're passing a correct API token and that it has the required permissions.",
    );
}

/** Without a token, only the id of a build, which cannot be guessed, leads to an Actor. */
function canReadActor({ user, owns }: Principal, { userId, isPublic }: Pick<Actor, 'userId' | 'isPublic'>): boolean {
    return user === undefined || isPublic || owns(userId);
}

/** Without a token, the id of a run opens it, unless it is restricted; to another user, only what was opened on purpose. */
function canReadRun({ user, owns }: Principal, { userId, generalAccess }: Run): boolean {
    if (owns(userId) || generalAccess === 'ANYONE_WITH_ID_CAN_READ') return true;
    return user === undefined && generalAccess === 'FOLLOW_USER_SETTING';
}

/** True if everyone who knows this reference to a storage may read it. */
export function isOpenStorage(
    { id, generalAccess, actRunId }: StorageInfo,
    reference: string,
    { runs }: ClientServices,
): boolean {
    if (generalAccess === 'ANYONE_WITH_NAME_CAN_READ') return true;
    if (generalAccess === 'RESTRICTED' || reference !== id) return false;
    if (generalAccess === 'ANYONE_WITH_ID_CAN_READ') return true;
    return actRunId !== undefined && runs.glance(actRunId)?.generalAccess === 'ANYONE_WITH_ID_CAN_READ';
}

/** Finds an Actor to be read; others see no source of a public one. */
export function findActor({ actors, viewer }: ClientServices, idOrName: string): Actor | undefined {
    const actor = actors.find(idOrName, viewer.user);
    if (actor === undefined || viewer.owns(actor.userId)) return actor;
    if (!canReadActor(viewer, actor)) throw refusal(viewer, 'Actor');
    return { ...actor, versions: [] };
}

/** As {@link findActor}; throws `actor-not-found`, with the nearest name. */
export function requireActor(services: ClientServices, idOrName: string): Actor {
    return findActor(services, idOrName) ?? services.actors.require(idOrName, services.viewer.user);
}

/** The id of an Actor to be read or run; throws as {@link requireActor}. */
export function actorIdOf({ actors, viewer }: ClientServices, idOrName: string): string {
    const actor = actors.glance(idOrName, viewer.user);
    if (canReadActor(viewer, actor)) return actor.id;
    throw refusal(viewer, 'Actor');
}

/** The id of an Actor to be changed; throws as {@link requireActor}. */
export function ownActorId({ actors, viewer }: ClientServices, idOrName: string): string {
    const { id, userId } = actors.glance(idOrName, viewer.user);
    if (viewer.owns(userId)) return id;
    throw refusal(viewer, 'Actor');
}

/** Finds a build to be read: without a token, its id is enough, as on the platform. */
export function findBuild(services: ClientServices, id: string): Build | undefined {
    const { builds, viewer } = services;
    const build = builds.find(id);
    const isReadable =
        build === undefined ||
        viewer.user === undefined ||
        viewer.owns(build.userId) ||
        isPublicActor(services, build.actId);
    if (isReadable) return build;
    throw refusal(viewer, 'Actor build');
}

/** True if an Actor is there, and public. */
export function isPublicActor({ actors }: ClientServices, actorId: string): boolean {
    return actors.find(actorId)?.isPublic === true;
}

/** Refuses a run that the viewer may not read. */
export function assertReadableRun({ viewer }: ClientServices, run: Run): void {
    if (!canReadRun(viewer, run)) throw refusal(viewer, 'Actor run');
}

/** True if there is a run or a build with the id; refuses one that the viewer may not read. */
export function findJob(services: ClientServices, id: string): boolean {
    if (findBuild(services, id) !== undefined) return true;
    const run = services.runs.glance(id);
    if (run !== undefined) assertReadableRun(services, run);
    return run !== undefined;
}

/** A service of the user; refused without a token. */
export function userService<Name extends keyof UserServices>(
    { own, viewer }: ClientServices,
    name: Name,
): UserServices[Name] {
    if (own) return own[name];
    throw refusal(viewer, USER_SERVICE_LABELS[name]);
}

/** The key that signs URLs of a storage, which only its owner knows. */
export function signingKeyOf(
    { own, viewer }: ClientServices,
    storage: { id: string; userId: string },
): string | undefined {
    return viewer.owns(storage.userId) ? own?.account.sign(`storage ${storage.id}`) : undefined;
}
