import { readFileSync } from 'node:fs';
import { LowSync } from 'lowdb';
import { EngineError } from '../errors/engine-error.js';
import { replaceFile, type Durability } from './atomic-file.js';
import { ifExists } from './disk-error.js';
import { reviveDate } from '../util/json.js';

/** How a {@link JsonFile} reads and writes. */
export interface JsonFileOptions {
    /** Default: `'process'`. */
    durability?: Durability;
    /** How ISO times under keys that end in `At` are read: as dates, or as the texts that they are. Default: `'dates'`. */
    times?: 'dates' | 'texts';
    /** Path that a new document is written to before it takes the place of the old one. Default: one beside it. */
    temporary?: string;
}

/**
 * One JSON document in a file of its own, indented so that a person can read it. It is replaced as a whole: whoever
 * looks, also after a crash, finds the old document or the new one.
 */
export class JsonFile<Document extends object> {
    readonly #path: string;
    readonly #durability: Durability;
    readonly #temporary: string | undefined;
    readonly #reviver: ((key: string, value: unknown) => unknown) | undefined;

    constructor(path: string, { durability = 'process', times = 'dates', temporary }: JsonFileOptions = {}) {
        this.#path = path;
        this.#temporary = temporary;
        this.#durability = durability;
        this.#reviver = times === 'dates' ? reviveDate : undefined;
    }

    /**
     * The document, or undefined if there is no such file.
     *
     * @throws {@link EngineError} `storage-corrupted` if it is not JSON; `storage-failed` if the disk refuses.
     */
    read(): Document | undefined {
        const low = this.#documentOf(null);
        low.read();
        return low.data ?? undefined;
    }

    /**
     * Replaces the document. The directory must exist.
     *
     * @throws {@link EngineError} `storage-failed`; the old document then stays.
     */
    write(document: Document): void {
        this.#documentOf(document).write();
    }

    /** Made anew each time, for lowdb keeps the document, and that is the caller's to change. */
    #documentOf(document: Document | null): LowSync<Document | null> {
        const read = (): Document | null =>
            this.#parse(ifExists('read', this.#path, () => readFileSync(this.#path, 'utf8')));
        const write = (data: Document | null): void =>
            replaceFile(this.#path, `${JSON.stringify(data, undefined, 4)}\n`, this.#durability, {
                temporary: this.#temporary,
            });
        return new LowSync({ read, write }, document);
    }

    #parse(text: string | undefined): Document | null {
        if (text === undefined) return null;
        try {
            return JSON.parse(text, this.#reviver) as Document;
        } catch (cause) {
            const message = `\`${this.#path}\` is not JSON. Restore it from a backup, or remove it to go on without it.`;
            throw new EngineError('storage-corrupted', message, { details: { path: this.#path }, cause });
        }
    }
}
