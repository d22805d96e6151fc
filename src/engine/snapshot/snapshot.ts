import { EngineError } from '../../errors/engine-error.js';
import { show } from '../../util/check.js';
import { checkState } from './check-state.js';
import { isTerminal } from '../../model/api/status.js';
import { DOCUMENT_KINDS, type AllDocuments, type DocumentText } from '../../records/document-store.js';
import { sourceFolderOf } from '../persistence/source-folders.js';
import { readSourceFolders } from './source-files.js';
import type { Users } from '../services/users.js';
import type { ActorFunctions } from '../../actors/builds/builds.js';
import type { IncomingState } from '../core.js';
import type { EngineServices } from '../services/services.js';
import type { EngineState } from './engine-state.js';

/**
 * The whole state of an engine at one moment, as {@link Engine.snapshot} takes it: plain data, which `structuredClone` copies,
 * `postMessage` sends and `v8.serialize` makes bytes of. Whoever has it has all secrets that are in the state.
 *
 * Bytes in it may be those that the engine itself has: they are not to be changed.
 */
export interface EngineSnapshot {
    readonly type: 'greenroom-snapshot';
    /** Of the shape of `state`. */
    readonly version: number;
    /** When it was taken, by the engine's clock. */
    readonly createdAt: Date;
    /** What is in it is for the engine alone, and may look different in another version. */
    readonly state: object;
}

const TYPE = 'greenroom-snapshot';
/** Goes up whenever the state of an earlier version can no longer be read. */
const VERSION = 2;

/** The functions of snapshots, which are no data. They live as long as their snapshot does. */
const functionsOf = new WeakMap<EngineSnapshot, ActorFunctions>();

/** Takes a snapshot. */
export function takeSnapshot(parts: EngineServices, now: number): EngineSnapshot {
    const snapshot = { type: TYPE, version: VERSION, createdAt: new Date(now), state: serializeState(parts) } as const;
    functionsOf.set(snapshot, parts.building.builds.functions());
    return snapshot;
}

/**
 * The state that a snapshot holds.
 *
 * @param known - The functions that the engine has already.
 * @throws EngineError `snapshot-not-usable` for one of another version, or for what is none.
 */
export function parseSnapshot(snapshot: EngineSnapshot, known: ActorFunctions): IncomingState {
    if (typeof snapshot !== 'object' || snapshot === null || snapshot.type !== TYPE) {
        const hint = (snapshot as unknown) instanceof Promise ? ' It is given later: put an `await` before it.' : '';
        const message = `\`snapshot\` is ${show(snapshot)}, but must be what \`engine.snapshot()\` has given, or a copy of it.${hint}`;
        throw new EngineError('snapshot-not-usable', message);
    }
    if (snapshot.version !== VERSION) {
        const message =
            `The snapshot is of version ${show(snapshot.version)}, but this greenroom knows version ${VERSION} only. ` +
            'Restore it with the greenroom that took it, or take it anew.';
        const details = { version: snapshot.version, supported: VERSION };
        throw new EngineError('snapshot-not-usable', message, { details });
    }
    const state = snapshot.state as EngineState;
    checkState(state);
    return { state, functions: new Map([...known, ...(functionsOf.get(snapshot) ?? [])]) };
}

/** The names of the Actors in a state whose function is not there. */
export function missingFunctions({ building: { builds } }: EngineServices): string[] {
    const names = [...builds.all()]
        .filter(({ blueprint }) => blueprint.isFunction === true && blueprint.run === undefined)
        .map(({ blueprint }) => blueprint.name);
    return [...new Set(names)];
}

/** A state with all users of an engine: those that it does not know come as they are. */
export function keepCurrentUsers(users: Users, state: EngineState): EngineState {
    const known = state.documents.users.map(([, json]) => (JSON.parse(json) as { username: string }).username);
    const others = users.all
        .filter(({ username }) => !known.includes(username))
        .map((user): DocumentText => [user.id, JSON.stringify(user)]);
    return { ...state, documents: { ...state.documents, users: [...state.documents.users, ...others] } };
}

/** The whole state as it is at this moment. It is read in one go, so that nothing in it is later than anything else. */
function serializeState(parts: EngineServices): EngineState {
    const { persistence, storages } = parts;
    parts.saveCounts();
    return {
        documents: captureDocuments(parts),
        storages: storages.snapshot(),
        charges: persistence.charges.dump?.() ?? [],
        logs: parts.logs.dump(),
        secretKey: persistence.secrets.exportKey(),
        sources: captureSources(parts),
    };
}

function captureDocuments({ persistence: { documents } }: EngineServices): AllDocuments {
    const kinds = DOCUMENT_KINDS.map((kind) => [kind, documents.dump(kind)] as const);
    const all = Object.fromEntries(kinds) as Record<(typeof DOCUMENT_KINDS)[number], DocumentText[]>;
    // Who has a snapshot is not to have the tokens, which stay those of the engine that it is restored in.
    return { ...all, users: all.users.map(([id, json]) => [id, withoutToken(json)]) };
}

function withoutToken(json: string): string {
    const { token: _, ...user } = JSON.parse(json) as { token: string };
    return JSON.stringify(user);
}

/** The folders of builds that have ended: what is still being made is given up with its build. */
function captureSources({ persistence: { sources }, building: { builds } }: EngineServices): EngineState['sources'] {
    const { root } = sources;
    if (root === undefined) return { root: '', folders: [] };
    const names = new Set<string>();
    for (const { build, blueprint } of builds.all()) {
        const name = sourceFolderOf(blueprint.directory, root);
        if (name !== undefined && isTerminal(build.status)) names.add(name);
    }
    return { root, folders: readSourceFolders(root, [...names]) };
}
