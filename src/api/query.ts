import { checkText, invalid } from '../util/check.js';
import type { PageOptions } from '../model/api/page.js';
import type { ApiContext } from './context.js';

/*
 * The parameters of a query. One that is empty counts as left out, since clients write undefined texts that way; parameters
 * that no route reads are ignored, as on the platform.
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

/** Reads words separated by commas. */
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

/** Reads 1 and 0, as JavaScript's clients write them, or true and false, as Python's do; throws `invalid-value`. */
export function flag(c: ApiContext, name: string): boolean | undefined {
    const value = text(c, name);
    if (value === undefined) return undefined;
    const key = value.toLowerCase();
    if (!Object.hasOwn(FLAGS, key)) throw invalid(name, value, '1, 0, true or false');
    return FLAGS[key];
}

/** How the parameters of a query are read as options. The client refuses words that it does not know. */
export type Readers<Options> = { readonly [Name in keyof Options]?: (c: ApiContext, name: string) => unknown };

/** Reads options: only those that are given. */
export function readQuery<Options extends object>(c: ApiContext, readers: Readers<Options>): Options {
    const options: Partial<Options> = {};
    for (const name of Object.keys(c.req.query()) as (keyof Options & string)[]) {
        if (!Object.hasOwn(readers, name)) continue;
        const value = readers[name]!(c, name);
        if (value !== undefined) options[name] = value as Options[typeof name];
    }
    return options as Options;
}

/** The options of a list that is paged by offset. */
export const PAGE: Readers<PageOptions> = { offset: number, limit: number, desc: flag };

export function pageQuery(c: ApiContext): PageOptions {
    return readQuery(c, PAGE);
}
