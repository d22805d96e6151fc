import { NATIVE, standInClass, type StandIn } from '../util/stand-in.js';

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** The headers of a request as it came in, which become real ones only for who does more than to look one up. */
export class IncomingHeaders extends standInClass(Headers.prototype) implements StandIn<Headers> {
    readonly #raw: readonly string[];
    #native: Headers | undefined;

    /** @param raw - Name after value. */
    constructor(raw: readonly string[]) {
        super();
        this.#raw = raw;
    }

    override get(name: string): string | null {
        if (this.#native !== undefined || !NAME.test(name)) return this[NATIVE]().get(name);
        const wanted = name.toLowerCase();
        const separator = wanted === 'cookie' ? '; ' : ', ';
        let value: string | null = null;
        for (let index = 0; index < this.#raw.length; index += 2) {
            const given = this.#raw[index]!;
            if (given.length !== wanted.length || given.toLowerCase() !== wanted) continue;
            const more = this.#raw[index + 1]!;
            value = value === null ? more : value + separator + more;
        }
        return value;
    }

    override has(name: string): boolean {
        return this.get(name) !== null;
    }

    [NATIVE](): Headers {
        if (this.#native === undefined) {
            this.#native = new Headers();
            for (let index = 0; index < this.#raw.length; index += 2) {
                this.#native.append(this.#raw[index]!, this.#raw[index + 1]!);
            }
        }
        return this.#native;
    }
}
