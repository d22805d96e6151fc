import { EngineError } from '../errors/engine-error.js';
import type { Actor, ActorDefinition, Build, BuildVersion } from '../model/api/actor.js';
import type { Run } from '../model/api/run.js';
import type { StorageInfo } from '../model/api/storage.js';
import type { ClientServices, UserServices, Principal } from './services.js';

/*
 * Access control: a user can read and change own resources, run public Actors, and read resources that their owner has shared.
 * Clients resolve every id and name with the functions of this file, or with a `StorageRef`, which uses them.
 *
 * Source: "General resource access" in the platform's docs.
 */

const USER_SERVICE_LABELS: Record<keyof UserServices, string> = {
    account: 'account',
    webhooks: 'webhook',
    tasks: 'Actor task',
    schedules: 'schedule',
};

/**
 * Creates the error for a resource that the principal may not read or change.
 *
 * @param label - Kind of resource, such as `dataset`.
 */
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
        // The platform's message, which tests of clients expect.
        `Insufficient permissions for the ${label}. ` +
            "Make sure you're passing a correct API token and that it has the required permissions.",
    );
}

/** Owner of a name without a username, for requests without a token. */
export const NO_USER = { id: '', username: '' };

/**
 * Finds an Actor to read or change. Without a token, the unguessable id of an Actor is enough to read it, as on the platform, but its
 * name is not; a missing Actor is then not told from a private one.
 */
function lookUpActor(
    { actors, principal }: ClientServices,
    idOrName: string,
    isWrite: boolean,
): Readonly<Actor> | undefined {
    const { user, owns } = principal;
    const actor = actors.lookUp(idOrName, user ?? NO_USER);
    if (actor === undefined && user !== undefined) return undefined;
    const isReadable = actor?.isPublic === true || (user === undefined && idOrName === actor?.id);
    if (actor !== undefined && (owns(actor.userId) || (isReadable && !isWrite))) return actor;
    throw accessError(principal, 'Actor');
}

/** Without a token, the id of a run is enough unless the run is restricted. Other users need explicit access. */
function canReadRun({ user, owns }: Principal, { userId, generalAccess }: Run): boolean {
    if (owns(userId) || generalAccess === 'ANYONE_WITH_ID_CAN_READ') return true;
    return user === undefined && generalAccess === 'FOLLOW_USER_SETTING';
}

/** True if anyone can read the storage by this reference, which is its id or name. */
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

/** Finds an Actor to read. Other users do not see the source of a public one. */
export function findActor(services: ClientServices, idOrName: string): Actor | undefined {
    const id = lookUpActor(services, idOrName, false)?.id;
    const actor = id === undefined ? undefined : services.actors.find(id);
    return actor === undefined || services.principal.owns(actor.userId) ? actor : { ...actor, versions: [] };
}

/** As {@link findActor}. Throws `actor-not-found` with the nearest name if it does not exist. */
export function requireActor(services: ClientServices, idOrName: string): Actor {
    return findActor(services, idOrName) ?? services.actors.require(idOrName, services.principal.user);
}

/** Returns the id of an Actor to read or run. Throws as {@link requireActor}. */
export function readableActorId(services: ClientServices, idOrName: string): string {
    return (lookUpActor(services, idOrName, false) ?? services.actors.require(idOrName, services.principal.user)).id;
}

/** Returns the id of an Actor to change. Throws as {@link requireActor}. */
export function writableActorId(services: ClientServices, idOrName: string): string {
    return (lookUpActor(services, idOrName, true) ?? services.actors.require(idOrName, services.principal.user)).id;
}

/** Finds a build to read. As on the platform, its id is enough without a token. */
export function findBuild(services: ClientServices, id: string): Build | undefined {
    const { builds, principal } = services;
    const build = builds.find(id);
    if (build === undefined) return undefined;
    if (principal.user !== undefined && !principal.owns(build.userId) && !isPublicActor(services, build.actId))
        throw accessError(principal, 'Actor build');
    return toReadableBuild(services, build);
}

/** Returns a build as the principal sees it: others see no source and environment variables and, without a token, no costs. */
export function toReadableBuild({ principal }: ClientServices, build: Build): Build {
    if (principal.owns(build.userId)) return build;
    const { actVersion, actorDefinition, usageUsd: _, usageTotalUsd: __, ...shown } = build;
    const { environmentVariables: ___, ...definition } = actorDefinition ?? {};
    return {
        ...(principal.user === undefined ? (shown as Build) : build),
        ...(actVersion && { actVersion: pickVersion(actVersion) }),
        ...(actorDefinition && { actorDefinition: definition as ActorDefinition }),
    };
}

function pickVersion({ versionNumber, sourceType, buildTag }: BuildVersion): BuildVersion {
    return { versionNumber, sourceType, buildTag };
}

/** True if the Actor exists and is public. */
export function isPublicActor({ actors }: ClientServices, actorId: string): boolean {
    return actors.find(actorId)?.isPublic === true;
}

/** Throws if the principal may not read the run. */
export function assertReadableRun({ principal }: ClientServices, run: Run): void {
    if (!canReadRun(principal, run)) throw accessError(principal, 'Actor run');
}

/** True if a run or build with the id exists. Throws if the principal may not read it. */
export function jobExists(services: ClientServices, id: string): boolean {
    if (findBuild(services, id) !== undefined) return true;
    const run = services.runs.peek(id);
    if (run !== undefined) assertReadableRun(services, run);
    return run !== undefined;
}

/** Returns a service of the user. Throws `token-not-provided` without a token. */
export function requireUserService<Name extends keyof UserServices>(
    { userServices, principal }: ClientServices,
    name: Name,
): UserServices[Name] {
    if (userServices) return userServices[name];
    throw accessError(principal, USER_SERVICE_LABELS[name]);
}
