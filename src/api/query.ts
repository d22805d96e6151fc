import { checkText, invalid } from '../util/check.js';
import type { PageOptions } from '../model/api/page.js';
import type { ApiContext } from './context.js';

/*
 * Query parameters. An empty one counts as absent, since clients serialize undefined texts that way. Unknown parameters are
 * ignored, as on the platform.
 */

const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const FLAGS: Readonly<Record<string, boolean>> = { 1: true, true: true, 0: false, false: false };

/** Reads a text. */
export function text({ req }: ApiContext, name: string): string | undefined {
    return req.query(name) || undefined;
}

/** Reads a text that is required; throws `invalid-value` without it. */
export function requiredText({ req }: ApiContext, name: string): string {
    const value = req.query(name);
    if (value === undefined) throw invalid(name, value, 'given in the query');
    checkText(name, value);
    return value;
}

/** Reads values separated by commas. */
export function list(c: ApiContext, name: string): string[] | undefined {
    const words = text(c, name)
        ?.split(',')
        .filter((word) => word !== '');
    return words?.length ? words : undefined;
}

/** Reads a number; throws `invalid-value` for anything else. */
export function number(c: ApiContext, name: string): number | undefined {
    const value = text(c, name);
    if (value === undefined) return undefined;
    if (!NUMBER.test(value) || !Number.isFinite(Number(value))) throw invalid(name, value, 'a number');
    return Number(value);
}

/** Reads 1 and 0, as the JavaScript client sends them, or true and false, as the Python client does; throws `invalid-value`. */
export function flag(c: ApiContext, name: string): boolean | undefined {
    const value = text(c, name);
    if (value === undefined) return undefined;
    const key = value.toLowerCase();
    if (!Object.hasOwn(FLAGS, key)) throw invalid(name, value, '1, 0, true or false');
    return FLAGS[key];
}

/** Readers of query parameters, by the options that they become. The client validates the values. */
export type Readers<Options> = { readonly [Name in keyof Options]?: (c: ApiContext, name: string) => unknown };

/** Reads the options that the query has. */
export function readQuery<Options extends object>(c: ApiContext, readers: Readers<Options>): Options {
    const options: Partial<Options> = {};
    for (const name of Object.keys(c.req.query()) as (keyof Options & string)[]) {
        if (!Object.hasOwn(readers, name)) continue;
        const value = readers[name]!(c, name);
        if (value !== undefined) options[name] = value as Options[typeof name];
    }
    return options as Options;
}

/** Options of a list that is paged by offset. */
export const PAGE: Readers<PageOptions> = { offset: number, limit: number, desc: flag };

export function readPageQuery(c: ApiContext): PageOptions {
    return readQuery(c, PAGE);
}
