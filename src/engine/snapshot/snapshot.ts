import { EngineError } from '../../errors/engine-error.js';
import { show } from '../../util/check.js';
import { checkState } from './check-state.js';
import { isTerminal } from '../../model/api/status.js';
import { DOCUMENT_KINDS, type AllDocuments, type DocumentText } from '../../records/document-store.js';
import { readSourceFolders } from './source-files.js';
import type { Users } from '../services/users.js';
import type { ActorFunctions } from '../../actors/builds/builds.js';
import type { IncomingState } from '../core.js';
import type { EngineServices } from '../services/services.js';
import type { EngineState } from './engine-state.js';

/**
 * The whole state of an engine at one moment. {@link Engine.snapshot} takes it and {@link Engine.restore} restores it. It is plain
 * data: `structuredClone`, `postMessage` and `v8.serialize` accept it.
 *
 * It contains all secrets of the state, except the tokens of users. Do not change its bytes: the engine may share them.
 */
export interface EngineSnapshot {
    /** Identifies a snapshot. */
    readonly type: 'greenroom-snapshot';
    /** Version of the format of `state`. Only an engine that has the same version can restore it. */
    readonly version: number;
    /** Time of the snapshot, by the engine's clock. */
    readonly createdAt: Date;
    /** The state. Its format is internal and may change between versions. */
    readonly state: object;
}

const TYPE = 'greenroom-snapshot';
/** Increased when the state of an earlier version can no longer be read. */
const VERSION = 2;

/** The functions of the function Actors in snapshots, which cannot be serialized. They live as long as their snapshot. */
const functionsBySnapshot = new WeakMap<EngineSnapshot, ActorFunctions>();

/** Takes a snapshot. */
export function takeSnapshot(services: EngineServices, now: number): EngineSnapshot {
    const state = serializeState(services);
    const snapshot = { type: TYPE, version: VERSION, createdAt: new Date(now), state } as const;
    functionsBySnapshot.set(snapshot, services.building.builds.functions());
    return snapshot;
}

/**
 * Validates a snapshot and returns its state.
 *
 * @param currentFunctions - The functions of the Actors that the engine has now.
 * @throws EngineError `snapshot-not-usable` for a value that is not a snapshot, or a snapshot of another version.
 */
export function parseSnapshot(snapshot: EngineSnapshot, currentFunctions: ActorFunctions): IncomingState {
    if (typeof snapshot !== 'object' || snapshot === null || snapshot.type !== TYPE) {
        const hint = (snapshot as unknown) instanceof Promise ? ' Use `await`: it is a promise.' : '';
        const message = `\`snapshot\` is ${show(snapshot)}, but must be the result of \`engine.snapshot()\` or a copy of it.${hint}`;
        throw new EngineError('snapshot-not-usable', message);
    }
    if (snapshot.version !== VERSION) {
        const message =
            `The snapshot has version ${show(snapshot.version)}, but this version of greenroom supports only version ${VERSION}. ` +
            'Restore it with the version of greenroom that took it, or take a new snapshot.';
        const details = { version: snapshot.version, supported: VERSION };
        throw new EngineError('snapshot-not-usable', message, { details });
    }
    const state = snapshot.state as EngineState;
    checkState(state);
    return { state, functions: new Map([...currentFunctions, ...(functionsBySnapshot.get(snapshot) ?? [])]) };
}

/** Returns the names of function Actors whose function is missing. */
export function missingFunctions({ building: { builds } }: EngineServices): string[] {
    const names = [...builds.all()]
        .filter(({ blueprint }) => blueprint.isFunction === true && blueprint.run === undefined)
        .map(({ blueprint }) => blueprint.name);
    return [...new Set(names)];
}

/** Returns the state with all current users: those that it does not contain are added. */
export function keepCurrentUsers(users: Users, state: EngineState): EngineState {
    const usernames = state.documents.users.map(([, json]) => (JSON.parse(json) as { username: string }).username);
    const others = users.all
        .filter(({ username }) => !usernames.includes(username))
        .map((user): DocumentText => [user.id, JSON.stringify(user)]);
    return { ...state, documents: { ...state.documents, users: [...state.documents.users, ...others] } };
}

/** Serializes the whole state. It is synchronous, so that the result is consistent. */
function serializeState(services: EngineServices): EngineState {
    const { persistence, storages } = services;
    services.saveCounts();
    return {
        documents: serializeDocuments(services),
        storages: storages.snapshot(),
        charges: persistence.charges.dump?.() ?? [],
        logs: services.logs.dump(),
        secretKey: persistence.secrets.exportKey(),
        sources: serializeSources(services),
    };
}

function serializeDocuments({ persistence: { documents } }: EngineServices): AllDocuments {
    const kinds = DOCUMENT_KINDS.map((kind) => [kind, documents.dump(kind)] as const);
    const all = Object.fromEntries(kinds) as Record<(typeof DOCUMENT_KINDS)[number], DocumentText[]>;
    // Snapshots have no tokens: those of the engine that restores it stay valid.
    return { ...all, users: all.users.map(([id, json]) => [id, withoutToken(json)]) };
}

function withoutToken(json: string): string {
    const { token: _, ...user } = JSON.parse(json) as { token: string };
    return JSON.stringify(user);
}

/** Reads the folders of finished builds. A restore discards builds that are still running, together with their folders. */
function serializeSources({ persistence: { sources }, building: { builds } }: EngineServices): EngineState['sources'] {
    const { root } = sources;
    if (root === undefined) return { folders: [] };
    const names = new Set<string>();
    for (const { build, blueprint } of builds.all()) {
        const path = sources.toStoredPath(blueprint.directory);
        if (path !== blueprint.directory && isTerminal(build.status)) names.add(path.split('/', 1)[0]!);
    }
    return { folders: readSourceFolders(root, [...names]) };
}
