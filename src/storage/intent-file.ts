import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { writeFully } from './atomic-file.js';
import type { Disk } from './disk.js';
import { ifExists, isDamage, onDisk } from './disk-error.js';
import type { StoredRecord } from './record-index.js';

/** What is about to happen to one record, complete enough to be done again. */
export interface Intent {
    /** Id of the store. */
    store: string;
    key: string;
    /** What the record is to be; left out when it is to go. */
    record?: StoredRecord;
    /** Where its bytes are: here in the intent, or in a file that is to be moved into place. */
    from?: 'intent' | string;
    /** A file that nobody needs afterwards. */
    obsolete?: string;
}

/** Bytes before the text: length of the text, length of the bytes after it, checksum of both. */
const HEADER = 12;

/**
 * Holds the one operation on records that is under way, written down before it begins.
 *
 * A record is a file of its own beside a line in an index, and the two cannot be changed at once. What a crash left half
 * done is therefore done again at the next start. This also allows small records to be overwritten where they are, which
 * takes an eighth of the time of a new file moved over the old one.
 */
export class IntentFile {
    readonly #path: string;
    readonly #disk: Disk;
    #descriptor: number | undefined;
    #store: string | undefined;
    #scratch = Buffer.allocUnsafeSlow(4096);

    constructor(path: string, disk: Disk) {
        this.#path = path;
        this.#disk = disk;
    }

    /** Writes an intent over the one before. */
    write(intent: Intent, bytes: Uint8Array = new Uint8Array()): void {
        const text = Buffer.from(JSON.stringify(intent));
        const length = HEADER + text.length + bytes.length;
        if (length > this.#scratch.length) this.#scratch = Buffer.allocUnsafeSlow(length * 2);
        const content = this.#scratch.subarray(0, length);
        content.set(text, HEADER);
        content.set(bytes, HEADER + text.length);
        content.writeUInt32LE(text.length, 0);
        content.writeUInt32LE(bytes.length, 4);
        content.writeUInt32LE(crc32(content.subarray(HEADER)), 8);
        onDisk('write', this.#path, () => {
            this.#descriptor ??= openSync(this.#path, 'w');
            writeFully(this.#descriptor, content, 0);
            if (this.#disk.durability === 'fsync') fdatasyncSync(this.#descriptor);
        });
        this.#store = intent.store;
    }

    /** The last intent, which may have been carried out or not; undefined if there is none that is complete. */
    read(): { intent: Intent; bytes: Buffer } | undefined {
        const content = this.#content();
        if (content === undefined || content.length < HEADER) return undefined;
        const end = HEADER + content.readUInt32LE(0);
        const body = content.subarray(HEADER, end + content.readUInt32LE(4));
        if (end - HEADER > body.length || crc32(body) !== content.readUInt32LE(8)) return undefined;
        const intent = JSON.parse(content.toString('utf8', HEADER, end)) as Intent;
        return { intent, bytes: body.subarray(end - HEADER) };
    }

    /** What cannot be read says nothing, as what is cut short. */
    #content(): Buffer | undefined {
        try {
            return ifExists('read', this.#path, () => readFileSync(this.#path));
        } catch (error) {
            if (isDamage(error)) return undefined;
            throw error;
        }
    }

    /** Forgets the intent, or only one of a certain store. */
    clear(store?: string): void {
        if (this.#descriptor === undefined || this.#store === undefined) return;
        if (store !== undefined && store !== this.#store) return;
        onDisk('write', this.#path, () => ftruncateSync(this.#descriptor!, 0));
        this.#store = undefined;
    }

    close(): void {
        this.clear();
        if (this.#descriptor !== undefined) closeSync(this.#descriptor);
        this.#descriptor = undefined;
    }
}
