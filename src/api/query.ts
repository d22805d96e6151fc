import { checkText, invalid } from '../util/check.js';

const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const ENCODED = /[%+]/;
const FLAGS: Readonly<Record<string, boolean>> = { 1: true, true: true, 0: false, false: false };

/** As what a parameter is read: the method of {@link Query} of that name. */
export type ParameterKind = 'text' | 'list' | 'number' | 'flag';

/**
 * The query of a request. A parameter that is empty counts as left out, since clients write undefined texts that way;
 * parameters that nobody reads are ignored, as on the platform.
 */
export class Query {
    /** The first value of each. */
    readonly #values = new Map<string, string>();

    /** @param text - As it stands in a URL, without its question mark. */
    constructor(text: string) {
        if (text === '') return;
        for (const [name, value] of pairsOf(text)) if (!this.#values.has(name)) this.#values.set(name, value);
    }

    /** Those of some parameters that have a value. To look for each of them takes longer when there are many. */
    given(kinds: Readonly<Record<string, ParameterKind>>): Record<string, unknown> {
        const values: Record<string, unknown> = {};
        for (const name of this.#values.keys()) {
            const value = Object.hasOwn(kinds, name) ? this[kinds[name]!](name) : undefined;
            if (value !== undefined) values[name] = value;
        }
        return values;
    }

    text(name: string): string | undefined {
        return this.#values.get(name) || undefined;
    }

    /** A text that must be there; throws `invalid-value`. */
    requiredText(name: string): string {
        const text = this.#values.get(name);
        if (text === undefined) throw invalid(name, text, 'given in the query');
        checkText(name, text);
        return text;
    }

    /** Words between commas. */
    list(name: string): string[] | undefined {
        const words = this.text(name)
            ?.split(',')
            .filter((word) => word !== '');
        return words?.length ? words : undefined;
    }

    /** Throws `invalid-value` for what is no number. */
    number(name: string): number | undefined {
        const text = this.text(name);
        if (text === undefined) return undefined;
        if (!NUMBER.test(text) || !Number.isFinite(Number(text))) throw invalid(name, text, 'a number');
        return Number(text);
    }

    /** JavaScript's clients write 1 and 0, Python's write true and false. Throws `invalid-value` for all else. */
    flag(name: string): boolean | undefined {
        const text = this.text(name);
        if (text === undefined) return undefined;
        const key = text.toLowerCase();
        if (!Object.hasOwn(FLAGS, key)) throw invalid(name, text, '1, 0, true or false');
        return FLAGS[key];
    }
}

/** Where nothing is encoded, there is nothing for a parser to do, which takes several times as long. */
function pairsOf(text: string): Iterable<[string, string]> {
    if (ENCODED.test(text)) return new URLSearchParams(text);
    return text.split('&').map((pair) => {
        const middle = pair.indexOf('=');
        return middle === -1 ? [pair, ''] : [pair.slice(0, middle), pair.slice(middle + 1)];
    });
}
