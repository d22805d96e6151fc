import { EngineError } from '../errors/engine-error.js';
import type { GeneralAccess } from '../model/run.js';
import type { StorageInfo, StorageKind, StorageUpdate } from '../model/storage.js';
import { checkOptions, checkText, checkWord } from '../util/check.js';
import type { Clock } from '../util/clock.js';
import type { StorageBackend } from './backend.js';
import { checkStorageName } from './names.js';
import { KIND_LABELS, NO_COUNTERS, type StorageCounter, type StorageDocument } from './storage-document.js';
import type { StorageOutline } from './storage-outline.js';
import type { UseCounter } from './use-counter.js';

const GENERAL_ACCESS: readonly GeneralAccess[] = [
    'ANYONE_WITH_ID_CAN_READ',
    'ANYONE_WITH_NAME_CAN_READ',
    'FOLLOW_USER_SETTING',
    'RESTRICTED',
];

/** So late may the time of the last use be on disk. */
const SAVE_AFTER_MILLIS = 3_600_000;

/** Where the kinds of storage are in the Console, and in the API. */
const KIND_PATHS: Record<StorageKind, string> = {
    dataset: 'datasets',
    keyValueStore: 'key-value-stores',
    requestQueue: 'request-queues',
};

/** Somebody who has storages. */
export interface StorageUser {
    readonly id: string;
    readonly username: string;
}

/** What all storages of an engine share. */
export interface StorageContext {
    readonly backend: StorageBackend;
    readonly clock: Clock;
    /** Those who have storages, by id. */
    readonly users: ReadonlyMap<string, StorageUser>;
    /** Whose storages are that are nobody's else. */
    readonly firstUser: StorageUser;
    /** Start of the URLs in infos, without a slash at its end. */
    readonly publicBaseUrl: string;
    /** Tells the user of stored data that cannot be read. */
    readonly warn: (message: string) => void;
}

/** What ties a header to the collection that its storage is in. */
export interface HeaderTies {
    /** Gives the storage another name, or none; throws if it is taken. */
    claimName(header: StorageHeader, name: string | undefined): void;
    /** Told when there is something to be saved, after there was nothing. */
    noteChange(header: StorageHeader): void;
}

/** What a header needs of the storage that it heads. */
export interface StorageContents {
    /** What is saved under `contents` of the document; `isLast` when nothing can change after it. */
    describe(isLast: boolean): Record<string, unknown>;
    /** As `describe`, with all that is to be found again in a copy of the storage; takes in what is still on its way. */
    capture?(): Record<string, unknown>;
    /** Whether the data can be let go of without anybody noticing. */
    canRest(): boolean;
    /** Lets go of the data, which are opened anew when somebody wants them. */
    rest(): void;
    /** Lets go of the data for good. */
    close(): void;
}

/**
 * What every storage knows of itself, whatever its kind: its names, times and counters. It saves itself when an owner has
 * changed something; times and counters, which change with every operation, are saved when the engine closes, and once an
 * hour before, so that a storage in use does not seem forgotten after a crash.
 */
export class StorageHeader {
    readonly id: string;
    readonly kind: StorageKind;
    readonly context: StorageContext;
    readonly #document: Readonly<StorageDocument>;
    readonly #ties: HeaderTies;
    #name: string | undefined;
    #title: string | undefined;
    #generalAccess: GeneralAccess;
    #modifiedAt: number;
    #accessedAt: number;
    #counters: StorageDocument['counters'];
    #contents: StorageContents | undefined;
    #isDirty = false;
    #triedToSaveAt: number;
    #end: 'removed' | 'closed' | undefined;

    constructor(kind: StorageKind, document: StorageDocument, context: StorageContext, ties: HeaderTies) {
        this.kind = kind;
        this.id = document.id;
        this.context = context;
        this.#document = document;
        this.#ties = ties;
        this.#name = document.name;
        this.#title = document.title;
        this.#generalAccess = document.generalAccess;
        this.#modifiedAt = Date.parse(document.modifiedAt);
        this.#accessedAt = Date.parse(document.accessedAt);
        this.#triedToSaveAt = this.#accessedAt;
        this.#counters = document.counters === NO_COUNTERS ? {} : document.counters;
    }

    get name(): string | undefined {
        return this.#name;
    }

    get createdAt(): string {
        return this.#document.createdAt;
    }

    get owner(): StorageUser {
        return ownerOf(this.#document, this.context);
    }

    get generalAccess(): GeneralAccess {
        return this.#generalAccess;
    }

    /** The run that it was made for. */
    get actRunId(): string | undefined {
        return this.#document.actRunId;
    }

    /** When it was last read or changed, in milliseconds since the epoch. */
    get accessedAt(): number {
        return this.#accessedAt;
    }

    get modifiedAt(): Date {
        return new Date(this.#modifiedAt);
    }

    /** What the storage had saved as its `contents`. */
    get savedContents(): Readonly<Record<string, unknown>> {
        return this.#document.contents;
    }

    /** Called once by the storage itself. */
    attach(contents: StorageContents): void {
        this.#contents = contents;
    }

    counter(counter: StorageCounter): number {
        return this.#counters[counter] ?? 0;
    }

    /** Refuses any use of a storage that was removed, or whose engine is closed. */
    assertUsable(): void {
        if (this.#end === undefined) return;
        const label = `The ${KIND_LABELS[this.kind]} ${this.id}`;
        throw this.#end === 'removed'
            ? new EngineError('record-not-found', `${label} was deleted. Create a new one.`, {
                  details: { id: this.id },
              })
            : new EngineError(
                  'engine-closed',
                  `${label} cannot be used: its engine is closed, or has taken on another state. Create a new engine, or ask it anew.`,
              );
    }

    /** Notes an operation that reads, and tells whoever does it. */
    noteRead(counter: StorageCounter, times: number, user: UseCounter | undefined): void {
        this.#accessedAt = this.context.clock.now();
        this.#counters[counter] = (this.#counters[counter] ?? 0) + times;
        this.#noteChange();
        user?.(this.kind, counter, times);
        if (this.#accessedAt - this.#triedToSaveAt > SAVE_AFTER_MILLIS) this.#saveInPassing();
    }

    /** Notes an operation that changes something, and tells whoever does it. */
    noteWrite(counter: StorageCounter, times: number, user: UseCounter | undefined): void {
        this.noteRead(counter, times, user);
        this.#modifiedAt = this.#accessedAt;
    }

    info(): StorageInfo {
        const { createdAt, actId, actRunId } = this.#document;
        const owner = this.owner;
        return {
            id: this.id,
            ...(this.#name !== undefined && { name: this.#name }),
            ...(this.#title !== undefined && { title: this.#title }),
            userId: owner.id,
            username: owner.username,
            createdAt: new Date(createdAt),
            modifiedAt: this.modifiedAt,
            accessedAt: new Date(this.#accessedAt),
            ...(actId !== undefined && { actId }),
            ...(actRunId !== undefined && { actRunId }),
            generalAccess: this.#generalAccess,
            consoleUrl: `${this.context.publicBaseUrl}/storage/${KIND_PATHS[this.kind]}/${this.id}`,
        };
    }

    /**
     * Changes what an owner can change, all or nothing.
     *
     * @throws `invalid-value` or `unknown-option` for bad fields, `name-not-unique` for a name that is taken.
     */
    update(fields: StorageUpdate): void {
        this.assertUsable();
        checkOptions('fields', fields, ['name', 'title', 'generalAccess']);
        const { name, title, generalAccess } = fields;
        if (name !== undefined && name !== null) checkStorageName('fields.name', name);
        if (title !== '') checkText('fields.title', title);
        if (generalAccess !== null) checkWord('fields.generalAccess', generalAccess, GENERAL_ACCESS);
        if (name !== undefined) {
            this.#ties.claimName(this, name ?? undefined);
            this.#name = name ?? undefined;
        }
        if (title !== undefined) this.#title = title === '' ? undefined : title;
        if (generalAccess !== undefined) this.#generalAccess = generalAccess ?? 'FOLLOW_USER_SETTING';
        this.#modifiedAt = this.#accessedAt = this.context.clock.now();
        this.save();
    }

    /** Hands the document to the backend; `isLast` when nothing can change after it. */
    save(isLast = false): void {
        this.#isDirty = false;
        const contents = this.#contents?.describe(isLast) ?? this.#document.contents;
        this.context.backend.saveMetadata(this.kind, this.id, this.#documentWith(contents));
    }

    /** The document of a copy of the storage as it is at this moment. */
    capture(): StorageDocument {
        const contents = this.#contents?.capture?.() ?? this.#contents?.describe(true);
        return this.#documentWith(contents ?? this.#document.contents);
    }

    #documentWith(contents: Record<string, unknown>): StorageDocument {
        return {
            ...this.#document,
            name: this.#name,
            title: this.#title,
            modifiedAt: new Date(this.#modifiedAt).toISOString(),
            accessedAt: new Date(this.#accessedAt).toISOString(),
            generalAccess: this.#generalAccess,
            counters: { ...this.#counters },
            contents,
        };
    }

    #noteChange(): void {
        if (this.#isDirty) return;
        this.#isDirty = true;
        this.#ties.noteChange(this);
    }

    /** Saves what there is and lets go of the data; undefined if it is in use, else the document as it was saved. */
    rest(): StorageDocument | undefined {
        if (this.#end !== undefined || this.#contents?.canRest() === false) return undefined;
        try {
            if (this.#isDirty) this.save(true);
        } catch {
            this.#isDirty = true;
            return undefined;
        }
        const document = this.#documentWith(this.#contents?.describe(true) ?? this.#document.contents);
        this.#contents?.rest();
        return document;
    }

    /** What cannot be saved now is saved later, at the latest when the engine closes; the operation at hand has been done. */
    #saveInPassing(): void {
        this.#triedToSaveAt = this.#accessedAt;
        if (this.#end !== undefined) return;
        try {
            this.save();
        } catch {
            this.#isDirty = true;
        }
    }

    /** Ends the use of the storage; one that stays is saved first, if anything has changed. */
    end(how: 'removed' | 'closed'): void {
        if (this.#end !== undefined) return;
        this.#end = how;
        if (how === 'closed' && this.#isDirty) this.save(true);
        this.#contents?.close();
    }
}

/** Whose a storage is. Those of a user whom the engine does not have any more are the first one's. */
export function ownerOf(
    { userId }: Pick<StorageDocument | StorageOutline, 'userId'>,
    { users, firstUser }: Pick<StorageContext, 'users' | 'firstUser'>,
): StorageUser {
    return users.get(userId ?? '') ?? firstUser;
}
