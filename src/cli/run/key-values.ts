import { tryJson } from '../input.js';
import { isJsonObject, type JsonObject } from '../../registry/json-file.js';

/** A `key=value` argument. */
export interface KeyValue {
    /** The steps of `a.b`. */
    readonly path: readonly string[];
    readonly text: string;
}

/** The fields of a property in an input schema that are used here. */
interface PropertySchema {
    readonly type?: unknown;
    readonly editor?: unknown;
    readonly properties?: unknown;
}

/** Parses a `key=value` argument; returns undefined for any other. Dots lead into objects, `\.` is a dot. */
export function parseKeyValue(argument: string): KeyValue | undefined {
    const [, key, text] = /^((?:[^=\s/\\]|\\\.)+)=(.*)$/s.exec(argument) ?? [];
    if (key === undefined || text === undefined) return undefined;
    const path = key.split(/(?<!\\)\./).map((step) => step.replaceAll('\\.', '.'));
    return path.includes('') ? undefined : { path, text };
}

/**
 * Returns an input with values set in it. A value has the type that the schema names; without one it is JSON, or else text. A
 * key that is given more than once, or whose type is a list, gives a list.
 */
export function withKeyValues(input: JsonObject, pairs: readonly KeyValue[], schema: unknown): JsonObject {
    const result = structuredClone(input);
    const given = new Set<string>();
    for (const { path, text } of pairs) {
        const property = findProperty(schema, path);
        const name = path.join('\0');
        const value = valueOf(text, property);
        if (given.has(name)) put(result, path, [...asList(ownValue(result, path)), ...asList(value)]);
        else put(result, path, isType(property, 'array') ? asList(value) : value);
        given.add(name);
    }
    return result;
}

function asList(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [value];
}

function valueOf(text: string, property: PropertySchema | undefined): unknown {
    const json = tryJson(text);
    if (isType(property, 'array')) {
        if (Array.isArray(json)) return json;
        return property?.editor === 'requestListSources' && typeof json !== 'object' ? { url: text } : (json ?? text);
    }
    if (isType(property, 'string')) return text;
    return json === undefined ? text : json;
}

function isType(property: PropertySchema | undefined, type: string): boolean {
    const types = Array.isArray(property?.type) ? property.type : [property?.type];
    return types.includes(type);
}

function findProperty(schema: unknown, path: readonly string[]): PropertySchema | undefined {
    let at: unknown = schema;
    for (const step of path) {
        const { properties } = Object(at) as PropertySchema;
        if (typeof properties !== 'object' || properties === null || !Object.hasOwn(properties, step)) return undefined;
        at = (properties as Record<string, unknown>)[step];
    }
    return at as PropertySchema;
}

function ownValue(target: JsonObject, path: readonly string[]): unknown {
    return path.reduce<unknown>(
        (at, step) => (isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined),
        target,
    );
}

/** Sets a property; `__proto__` is a name like any other. */
function put(target: JsonObject, path: readonly string[], value: unknown): void {
    const [step = '', ...rest] = path;
    const inner = Object.hasOwn(target, step) && isJsonObject(target[step]) ? target[step] : {};
    if (rest.length > 0) put(inner, rest, value);
    Object.defineProperty(target, step, {
        value: rest.length > 0 ? inner : value,
        enumerable: true,
        writable: true,
        configurable: true,
    });
}
