const SLAB = 64 * 1024;

/** Values of this size or more have memory of their own. */
const LARGE = 8 * 1024;

/** Tidying is not worth while for less than this. */
const SMALLEST_WASTE = 1024 * 1024;

const NOTHING = Buffer.alloc(0);

/** Where the bytes of one value are. Changed only by the slabs that made it. */
export interface Slot {
    slab: Buffer;
    start: number;
    length: number;
    /** How long a value may be put in its place. */
    room: number;
    /** Whether somebody else reads its bytes, so that no other value may be put in its place. */
    isShared?: true;
}

/**
 * Keeps many small values in few large buffers. A buffer for each would cost more than the value itself, and slices of
 * Node's common pool would keep strangers' bytes alive.
 */
export class ByteSlabs {
    #current = NOTHING;
    #used = 0;
    #wasted = 0;
    #kept = 0;

    /** Copies a value in. */
    put(bytes: Uint8Array): Slot {
        const slot = this.#take(bytes.length);
        slot.slab.set(bytes, slot.start);
        this.#kept += slot.room;
        return slot;
    }

    /** Takes bytes over that will never change: large ones as they are, others as a copy. */
    adopt(bytes: Uint8Array): Slot {
        if (bytes.length < LARGE) return this.put(bytes);
        const slab = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.#kept += slab.length;
        return { slab, start: 0, length: slab.length, room: slab.length, isShared: true };
    }

    /** The bytes of a value, which will never change: large ones are where they are, others a copy. */
    share(slot: Slot): Buffer {
        if (slot.room < LARGE) return Buffer.from(slotBytes(slot));
        slot.isShared = true;
        return slotBytes(slot);
    }

    /** Copies a value over another, if there is room. */
    overwrite(slot: Slot, bytes: Uint8Array): boolean {
        if (slot.isShared || bytes.length > slot.room || bytes.length < slot.room / 2) return false;
        slot.slab.set(bytes, slot.start);
        slot.length = bytes.length;
        return true;
    }

    /** Gives a place up. */
    free(slot: Slot): void {
        this.#kept -= slot.room;
        // What has memory of its own is the collector's at once.
        if (slot.slab.length !== slot.room) this.#wasted += slot.room;
    }

    /** Moves all values together once more than half of the memory holds none; `slots` are all that are in use. */
    tidy(slots: () => Iterable<Slot>): void {
        if (this.#wasted < SMALLEST_WASTE || this.#wasted < this.#kept) return;
        this.#wasted = 0;
        this.#kept = 0;
        this.#used = this.#current.length;
        for (const slot of slots()) {
            const moved = slot.room < LARGE ? this.put(slotBytes(slot)) : slot;
            if (moved === slot) this.#kept += slot.room;
            else Object.assign(slot, moved);
        }
    }

    #take(length: number): Slot {
        if (length >= LARGE) return { slab: Buffer.allocUnsafeSlow(length), start: 0, length, room: length };
        if (this.#used + length > this.#current.length) {
            // A store with few records gets a small slab, one that grows gets large ones.
            this.#current = Buffer.allocUnsafeSlow(Math.min(SLAB, Math.max(length * 2, this.#kept / 2)) >>> 0);
            this.#used = 0;
        }
        const slot = { slab: this.#current, start: this.#used, length, room: length };
        this.#used += length;
        return slot;
    }
}

/** The bytes of a value where they are, not a copy. */
export function slotBytes(slot: Slot): Buffer {
    return slot.slab.subarray(slot.start, slot.start + slot.length);
}
