import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { show } from '../../util/check.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { compileItemValidator } from '../../storage/dataset/validate-items.js';
import { InvalidSchemaError } from '../../storage/json-schema.js';
import { parseCollections } from '../../storage/key-value-store/store-collections.js';
import { inputSchemaError, compileInputSchema } from '../input/input-schema.js';
import type { ActorDefinition } from '../../model/api/actor.js';
import { KIND_LABELS } from '../../storage/storage-metadata.js';
import type { StorageKind } from '../../model/api/storage.js';
import type { FileChangeDetector } from '../source/file-change-detector.js';

/** An `actor.json` and the location of its schemas. */
interface SchemaReferences {
    /** Absolute path of the `actor.json`. Paths in it are relative to its folder. */
    file: string;
    /** The Actor's folder. */
    directory: string;
    fields: JsonObject;
    /** If set, files outside of this folder are refused. */
    boundary: string | undefined;
}

const INPUT_SCHEMA_FILES = [
    join('.actor', 'INPUT_SCHEMA.json'),
    'INPUT_SCHEMA.json',
    join('.actor', 'input_schema.json'),
    'input_schema.json',
];
/** Aliases of datasets, as on the platform. */
const ALIAS = /^[A-Za-z][A-Za-z0-9_]{0,100}$/;
const MAX_DATASETS = 10;

/** Validators of the schemas of storages, by their names in `actor.json`. */
const STORAGE_CHECKS: Readonly<Record<string, (schema: JsonObject) => unknown>> = {
    dataset: compileItemValidator,
    keyValueStore: parseCollections,
    requestQueue: () => {},
};

/**
 * Returns the schemas of an Actor as objects. In `actor.json`, each is an object or the path of a file.
 *
 * @throws EngineError `actor-source-invalid` if a file is missing, is not a JSON object, or is not a valid schema.
 */
export async function inlineSchemas(
    files: FileChangeDetector,
    references: SchemaReferences,
): Promise<Pick<ActorDefinition, 'input' | 'output' | 'storages'>> {
    const reader = new SchemaReader(files, references);
    const found = { input: await reader.input(), output: await reader.output(), storages: await reader.storages() };
    return Object.fromEntries(Object.entries(found).filter(([, schema]) => schema !== undefined));
}

class SchemaReader {
    readonly #files: FileChangeDetector;
    readonly #references: SchemaReferences;

    constructor(files: FileChangeDetector, references: SchemaReferences) {
        this.#files = files;
        this.#references = references;
    }

    async input(): Promise<JsonObject | undefined> {
        const { directory } = this.#references;
        const field = this.#first('input', 'inputSchema');
        const conventional = INPUT_SCHEMA_FILES.map((name) => join(directory, name));
        const file =
            field === undefined
                ? conventional.find((path) => this.#files.isFile(path))
                : this.#fileOf(this.#field(field));
        if (file === undefined) return undefined;
        const schema =
            field === undefined ? await this.#files.readJson(file) : await this.#inline(field, this.#field(field));
        try {
            if (schema !== undefined) await compileInputSchema(schema);
        } catch (error) {
            throw inputSchemaError(file, error);
        }
        return schema;
    }

    async output(): Promise<JsonObject | undefined> {
        const field = this.#first('output', 'outputSchema');
        return field === undefined ? undefined : this.#inline(field, this.#field(field));
    }

    async storages(): Promise<JsonObject | undefined> {
        if (this.#field('storages') === undefined) return undefined;
        const storages = this.#object('storages', this.#field('storages'));
        const inlined: JsonObject = { ...storages };
        for (const kind of Object.keys(STORAGE_CHECKS)) {
            if (storages[kind] !== undefined) {
                inlined[kind] = await this.#storage(kind, `storages.${kind}`, storages[kind]);
            }
        }
        if (storages['datasets'] === undefined) return inlined;
        const datasets = Object.entries(this.#object('storages.datasets', storages['datasets']));
        const schemas = datasets.map(async ([alias, value]): Promise<[string, JsonObject]> => {
            return [alias, await this.#storage('dataset', `storages.datasets.${alias}`, value)];
        });
        inlined['datasets'] = Object.fromEntries(await Promise.all(schemas));
        this.#checkAliases(storages);
        return inlined;
    }

    /** Validates the aliases by which the datasets of a run are found. */
    #checkAliases({ dataset, datasets }: JsonObject): void {
        const aliases = Object.keys(datasets as JsonObject);
        const bad = aliases.find((alias) => !ALIAS.test(alias));
        const problem =
            (dataset !== undefined && 'cannot be combined with `storages.dataset`') ||
            (bad !== undefined &&
                `has the alias ${show(bad)}, but an alias may only have letters, digits and underscores`) ||
            (!aliases.includes('default') &&
                'has no `default`, which is the dataset that `Actor.pushData()` writes to') ||
            (aliases.length > MAX_DATASETS && `has ${aliases.length} datasets, but the maximum is ${MAX_DATASETS}`);
        if (problem !== false) throw this.#error('storages.datasets', `${problem}. Correct it there.`);
    }

    async #storage(kind: string, field: string, value: unknown): Promise<JsonObject> {
        const schema = await this.#inline(field, value);
        try {
            STORAGE_CHECKS[kind]!(schema);
        } catch (error) {
            if (!(error instanceof InvalidSchemaError)) throw error;
            const file = this.#fileOf(value);
            const message = `The ${KIND_LABELS[kind as StorageKind]} schema in ${file} is not valid: ${error.message}. Correct it there.`;
            throw new EngineError('actor-source-invalid', message, { details: { file }, cause: error });
        }
        return schema;
    }

    async #inline(field: string, value: unknown): Promise<JsonObject> {
        if (typeof value !== 'string') return this.#object(field, value);
        const path = this.#fileOf(value);
        const { boundary } = this.#references;
        const isForbidden = boundary !== undefined && isOutside(boundary, path);
        const schema = isForbidden ? undefined : await this.#files.readJson(path);
        if (schema !== undefined) return schema;
        const problem = isForbidden ? 'is outside of the Actor' : 'does not exist';
        throw this.#error(
            field,
            `refers to ${path}, which ${problem}. Paths are relative to the folder of ${basename(this.#references.file)}.`,
        );
    }

    #object(field: string, value: unknown): JsonObject {
        if (isJsonObject(value)) return value;
        throw this.#error(field, `is ${show(value)}, but must be an object or the path of a JSON file.`);
    }

    #field(name: string): unknown {
        return this.#references.fields[name];
    }

    #first(...names: string[]): string | undefined {
        return names.find((name) => this.#field(name) !== undefined);
    }

    /** Returns the file of a schema: `actor.json`, or the file it refers to. */
    #fileOf(value: unknown): string {
        const { file } = this.#references;
        return typeof value === 'string' ? resolve(dirname(file), value) : file;
    }

    #error(field: string, problem: string): EngineError {
        const { file } = this.#references;
        return new EngineError('actor-source-invalid', `\`${field}\` in ${file} ${problem}`, {
            details: { file, field },
        });
    }
}

function isOutside(folder: string, path: string): boolean {
    const relativePath = relative(folder, path);
    return relativePath === '..' || relativePath.startsWith(`..${sep}`) || isAbsolute(relativePath);
}
