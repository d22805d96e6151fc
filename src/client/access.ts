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

/** The error for a thing that the principal may not see or change. `label` is a kind of thing, such as `dataset`. */
export function accessError({ user }: Principal, label: string): EngineError {
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
export function isPublicStorage(
    { id, generalAccess, actRunId }: StorageInfo,
    reference: string,
    { runs }: ClientServices,
): boolean {
    if (generalAccess === 'ANYONE_WITH_NAME_CAN_READ') return true;
    if (generalAccess === 'RESTRICTED' || reference !== id) return false;
    if (generalAccess === 'ANYONE_WITH_ID_CAN_READ') return true;
    return actRunId !== undefined && runs.peek(actRunId)?.generalAccess === 'ANYONE_WITH_ID_CAN_READ';
}

/** Finds an Actor to be read; others see no source of a public one. */
export function findActor({ actors, principal }: ClientServices, idOrName: string): Actor | undefined {
    const actor = actors.find(idOrName, principal.user);
    if (actor === undefined || principal.owns(actor.userId)) return actor;
    if (!canReadActor(principal, actor)) throw accessError(principal, 'Actor');
    return { ...actor, versions: [] };
}

/** As {@link findActor}; throws `actor-not-found`, with the nearest name. */
export function requireActor(services: ClientServices, idOrName: string): Actor {
    return findActor(services, idOrName) ?? services.actors.require(idOrName, services.principal.user);
}

/** The id of an Actor to be read or run; throws as {@link requireActor}. */
export function readableActorId({ actors, principal }: ClientServices, idOrName: string): string {
    const actor = actors.peek(idOrName, principal.user);
    if (canReadActor(principal, actor)) return actor.id;
    throw accessError(principal, 'Actor');
}

/** The id of an Actor to be changed; throws as {@link requireActor}. */
export function writableActorId({ actors, principal }: ClientServices, idOrName: string): string {
    const { id, userId } = actors.peek(idOrName, principal.user);
    if (principal.owns(userId)) return id;
    throw accessError(principal, 'Actor');
}

/** Finds a build to be read: without a token, its id is enough, as on the platform. */
export function findBuild(services: ClientServices, id: string): Build | undefined {
    const { builds, principal } = services;
    const build = builds.find(id);
    const isReadable =
        build === undefined ||
        principal.user === undefined ||
        principal.owns(build.userId) ||
        isPublicActor(services, build.actId);
    if (isReadable) return build;
    throw accessError(principal, 'Actor build');
}

/** True if an Actor is there, and public. */
export function isPublicActor({ actors }: ClientServices, actorId: string): boolean {
    return actors.find(actorId)?.isPublic === true;
}

/** Refuses a run that the principal may not read. */
export function assertReadableRun({ principal }: ClientServices, run: Run): void {
    if (!canReadRun(principal, run)) throw accessError(principal, 'Actor run');
}

/** True if there is a run or a build with the id; refuses one that the principal may not read. */
export function jobExists(services: ClientServices, id: string): boolean {
    if (findBuild(services, id) !== undefined) return true;
    const run = services.runs.peek(id);
    if (run !== undefined) assertReadableRun(services, run);
    return run !== undefined;
}

/** A service of the user; refused without a token. */
export function requireUserService<Name extends keyof UserServices>(
    { userServices, principal }: ClientServices,
    name: Name,
): UserServices[Name] {
    if (userServices) return userServices[name];
    throw accessError(principal, USER_SERVICE_LABELS[name]);
}

/** The key that signs URLs of a storage, which only its owner knows. */
export function deriveSigningKey(
    { userServices, principal }: ClientServices,
    storage: { id: string; userId: string },
): string | undefined {
    return principal.owns(storage.userId) ? userServices?.account.sign(`storage ${storage.id}`) : undefined;
}
