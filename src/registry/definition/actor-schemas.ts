import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { show } from '../../util/check.js';
import { isJsonObject, readJsonFile, type JsonObject } from '../json-file.js';
import { readItemCheck } from '../../storage/item-check.js';
import { SchemaProblem } from '../../storage/schema-check.js';
import { readCollections } from '../../storage/store-collections.js';
import { inputSchemaError, openInputSchema } from '../input/input-schema.js';
import type { ActorDefinition } from '../../model/actor.js';
import type { SeenFiles } from '../source/seen-files.js';

const INPUT_SCHEMA_FILES = [
    join('.actor', 'INPUT_SCHEMA.json'),
    'INPUT_SCHEMA.json',
    join('.actor', 'input_schema.json'),
    'input_schema.json',
];

/** As the platform has it. */
const ALIAS = /^[A-Za-z][A-Za-z0-9_]{0,100}$/;

const MAX_DATASETS = 10;

const STORAGE_SCHEMAS = ['dataset', 'keyValueStore', 'requestQueue'];

/** An `actor.json` whose schemas are wanted. */
interface SchemaReferences {
    /** Absolute path of the `actor.json`; paths in it start at its folder. */
    file: string;
    /** The Actor's folder. */
    directory: string;
    fields: JsonObject;
    /** Files outside of this folder are refused. */
    boundary: string | undefined;
}

/** What the schemas of storages must be able to say, by the names they have in `actor.json`. */
const READERS: Readonly<Record<string, (schema: JsonObject) => unknown>> = {
    dataset: readItemCheck,
    keyValueStore: readCollections,
};

/**
 * The schemas of an Actor as objects, whether `actor.json` holds them or the paths of their files.
 *
 * @throws EngineError `actor-source-invalid`, when a file is missing, is no JSON object or no such schema.
 */
export async function inlineSchemas(
    seen: SeenFiles,
    references: SchemaReferences,
): Promise<Pick<ActorDefinition, 'input' | 'output' | 'storages'>> {
    const { fields } = references;
    const input = await readInputSchema(seen, references);
    const output = await inlineFirst(seen, references, ['output', 'outputSchema']);
    const storages = fields['storages'] === undefined ? undefined : await inlineStorages(seen, references);
    const found = { input, output, storages };
    return Object.fromEntries(Object.entries(found).filter(([, schema]) => schema !== undefined));
}

async function readInputSchema(seen: SeenFiles, references: SchemaReferences): Promise<JsonObject | undefined> {
    const { fields, directory } = references;
    const name = ['input', 'inputSchema'].find((candidate) => fields[candidate] !== undefined);
    const file = name === undefined ? findDefaultInputSchema(seen, directory) : placeOf(references, fields[name]);
    if (file === undefined) return undefined;
    const schema =
        name === undefined ? await readJsonFile(seen, file) : await inline(seen, references, name, fields[name]);
    if (schema !== undefined) await checkInputSchema(schema, file);
    return schema;
}

/** The file that holds a schema which `actor.json` gives or points to. */
function placeOf({ file }: SchemaReferences, value: unknown): string {
    return typeof value === 'string' ? resolve(dirname(file), value) : file;
}

async function inlineFirst(
    seen: SeenFiles,
    references: SchemaReferences,
    names: readonly string[],
): Promise<JsonObject | undefined> {
    const name = names.find((candidate) => references.fields[candidate] !== undefined);
    return name === undefined ? undefined : inline(seen, references, name, references.fields[name]);
}

async function inlineStorages(seen: SeenFiles, references: SchemaReferences): Promise<JsonObject> {
    const storages = objectAt(references, 'storages', references.fields['storages']);
    const inlined: JsonObject = { ...storages };
    for (const name of STORAGE_SCHEMAS) {
        if (storages[name] === undefined) continue;
        inlined[name] = await inlineStorage(seen, references, `storages.${name}`, storages[name]);
    }
    if (storages['datasets'] === undefined) return inlined;
    const datasets = Object.entries(objectAt(references, 'storages.datasets', storages['datasets']));
    const schemas = datasets.map(async ([alias, value]): Promise<[string, JsonObject]> => {
        return [alias, await inlineStorage(seen, references, `storages.datasets.${alias}`, value)];
    });
    inlined['datasets'] = Object.fromEntries(await Promise.all(schemas));
    checkAliases(references, storages);
    return inlined;
}

/** Each dataset of a run is found by its alias. */
function checkAliases(references: SchemaReferences, { dataset, datasets }: JsonObject): void {
    const aliases = Object.keys(datasets as JsonObject);
    const bad = aliases.find((alias) => !ALIAS.test(alias));
    const problem =
        (dataset !== undefined && 'stands beside `storages.dataset`, of which there can be only one') ||
        (bad !== undefined && `has the alias ${show(bad)}, but aliases have letters, digits and underscores only`) ||
        (!aliases.includes('default') && 'has no `default`, which is the dataset that `Actor.pushData()` writes to') ||
        (aliases.length > MAX_DATASETS && `has ${aliases.length} datasets, but ${MAX_DATASETS} is the most`);
    if (problem === false) return;
    const field = 'storages.datasets';
    throw schemaError(references, field, `\`${field}\` in ${references.file} ${problem}. Correct it there.`);
}

async function inlineStorage(
    seen: SeenFiles,
    references: SchemaReferences,
    field: string,
    value: unknown,
): Promise<JsonObject> {
    const schema = await inline(seen, references, field, value);
    const kind = field.split('.')[1] === 'datasets' ? 'dataset' : field.split('.')[1]!;
    checkStorageSchema(kind, schema, placeOf(references, value));
    return schema;
}

async function inline(
    seen: SeenFiles,
    references: SchemaReferences,
    field: string,
    value: unknown,
): Promise<JsonObject> {
    if (typeof value !== 'string') return objectAt(references, field, value);
    const path = resolve(dirname(references.file), value);
    const isOutside = references.boundary !== undefined && leaves(references.boundary, path);
    const schema = isOutside ? undefined : await readJsonFile(seen, path);
    if (schema !== undefined) return schema;
    const problem = isOutside ? 'is outside of the Actor' : 'does not exist';
    const message = `\`${field}\` in ${references.file} points to ${path}, which ${problem}.`;
    throw schemaError(references, field, `${message} Paths start at the folder of that file.`);
}

function objectAt(references: SchemaReferences, field: string, value: unknown): JsonObject {
    if (isJsonObject(value)) return value;
    const expected = 'must be an object or the path of a JSON file';
    throw schemaError(references, field, `\`${field}\` in ${references.file} is ${show(value)}, but ${expected}.`);
}

function schemaError({ file }: SchemaReferences, field: string, message: string): EngineError {
    return new EngineError('actor-source-invalid', message, { details: { file, field } });
}

function findDefaultInputSchema(seen: SeenFiles, directory: string): string | undefined {
    return INPUT_SCHEMA_FILES.map((name) => join(directory, name)).find((path) => seen.isFile(path));
}

function leaves(folder: string, path: string): boolean {
    const way = relative(folder, path);
    return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

/** @throws EngineError `actor-source-invalid`, with the file and the field. */
async function checkInputSchema(schema: JsonObject, file: string): Promise<void> {
    try {
        await openInputSchema(schema);
    } catch (error) {
        throw inputSchemaError(file, error);
    }
}

/**
 * @param kind - As `actor.json` names it.
 * @throws EngineError `actor-source-invalid`, with the file and what is wrong there.
 */
function checkStorageSchema(kind: string, schema: JsonObject, file: string): void {
    try {
        READERS[kind]?.(schema);
    } catch (error) {
        if (!(error instanceof SchemaProblem)) throw error;
        const message = `The ${kind} schema in ${file} is not valid: ${error.message}. Correct it there.`;
        throw new EngineError('actor-source-invalid', message, { details: { file }, cause: error });
    }
}
