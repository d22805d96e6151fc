import { isJsonObject, parseJson, type JsonObject } from '../../util/json/json.js';

/** A `key=value` argument. */
export interface KeyValue {
    /** The segments of `a.b`. */
    readonly path: readonly string[];
    readonly text: string;
}

/** The used fields of a property in an input schema. */
interface PropertySchema {
    readonly type?: unknown;
    readonly editor?: unknown;
    readonly properties?: unknown;
}

/** Parses a `key=value` argument; returns undefined for any other. Dots separate nested properties; `\.` is a dot. */
export function parseKeyValue(argument: string): KeyValue | undefined {
    const [, key, text] = /^((?:[^=\s/\\]|\\\.)+)=(.*)$/s.exec(argument) ?? [];
    if (key === undefined || text === undefined) return undefined;
    const path = key.split(/(?<!\\)\./).map((step) => step.replaceAll('\\.', '.'));
    return path.includes('') ? undefined : { path, text };
}

/**
 * Returns an input with properties set. The schema determines the type of a value; without a type it is parsed as JSON, or else
 * kept as text. A repeated key, or a key of type array, becomes an array.
 */
export function withKeyValues(input: JsonObject, pairs: readonly KeyValue[], schema: unknown): JsonObject {
    const values = new Map<string, { path: readonly string[]; value: unknown }>();
    for (const { path, text } of pairs) {
        const property = findProperty(schema, path);
        const name = path.join('\0');
        const value = valueOf(text, property);
        const previous = values.has(name) ? [values.get(name)!.value].flat() : [];
        const isList = previous.length > 0 || isType(property, 'array');
        values.set(name, { path, value: isList ? [...previous, ...[value].flat()] : value });
    }
    return [...values.values()].reduce((result, { path, value }) => withValue(result, path, value), input);
}

function valueOf(text: string, property: PropertySchema | undefined): unknown {
    const json = parseJson(text);
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
    return path.reduce<unknown>((at, step) => {
        const { properties } = Object(at) as PropertySchema;
        return isJsonObject(properties) && Object.hasOwn(properties, step) ? properties[step] : undefined;
    }, schema) as PropertySchema | undefined;
}

/** Returns an object with a property set. `__proto__` is an ordinary name here. */
function withValue(target: JsonObject, [step = '', ...rest]: readonly string[], value: unknown): JsonObject {
    const inner = Object.hasOwn(target, step) && isJsonObject(target[step]) ? target[step] : {};
    const entry = [step, rest.length > 0 ? withValue(inner, rest, value) : value] as const;
    return Object.fromEntries([...Object.entries(target), entry]);
}
