/** Something that can stand in a {@link RequestLine}. */
export interface Standing<T> {
    /** Lower places are nearer to the front. Kept when it leaves the line. */
    place: number;
    previous: T | undefined;
    next: T | undefined;
}

/**
 * The order of a queue: a linked list, so that joining at either end, leaving from anywhere and reading the front take the
 * same time however long it is. Places are numbers that grow towards the back and fall, below zero, towards the front; the
 * journal keeps them, the list does not look at them.
 */
export class RequestLine<T extends Standing<T>> {
    #front: T | undefined;
    #back: T | undefined;
    #lowest = 0;
    #highest = 0;

    /** The place that the next one to join at this end gets; or one that comes after so many others. */
    nextPlace(forefront: boolean, after = 0): number {
        return forefront ? this.#lowest - 1 - after : this.#highest + 1 + after;
    }

    join(one: T, forefront: boolean): void {
        one.place = this.nextPlace(forefront);
        if (forefront) {
            this.#lowest = one.place;
            one.next = this.#front;
            if (this.#front) this.#front.previous = one;
            else this.#back = one;
            this.#front = one;
        } else {
            this.#highest = one.place;
            one.previous = this.#back;
            if (this.#back) this.#back.next = one;
            else this.#front = one;
            this.#back = one;
        }
    }

    leave(one: T): void {
        const { previous, next } = one;
        if (previous) previous.next = next;
        else this.#front = next;
        if (next) next.previous = previous;
        else this.#back = previous;
        one.previous = one.next = undefined;
    }

    /** Lets one join at the back that knows its place already. */
    joinAgain(one: T): void {
        const { place } = one;
        const highest = this.#highest;
        this.join(one, false);
        one.place = place;
        this.#lowest = Math.min(this.#lowest, place);
        this.#highest = Math.max(highest, place);
    }

    /** The first so many, from the front. */
    first(count: number): T[] {
        const found: T[] = [];
        for (let one = this.#front; one && found.length < count; one = one.next) found.push(one);
        return found;
    }
}
