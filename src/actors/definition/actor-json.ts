import { dirname, join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { show } from '../../util/check.js';
import { readActorName } from './actor-name.js';
import { inlineSchemas } from './actor-schemas.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { parseMemoryExpression } from './memory-expression.js';
import type { ActorDefinition } from '../../model/api/actor.js';
import type { FileChangeDetector } from '../source/file-change-detector.js';

const MIN_MEMORY_MBYTES = 128;

const MAX_MEMORY_MBYTES = 32_768;

const DEFAULT_VERSION = '0.0';

const TEXT_FIELDS = ['title', 'description', 'buildTag', 'dockerfile'] as const;

/** What a folder says about its Actor. */
export interface ActorJson {
    /** Absent when the folder has neither an `actor.json` nor an input schema. */
    definition?: ActorDefinition;
    username?: string;
    /** The name in `actor.json`, without its owner. */
    name?: string;
    /** MAJOR.MINOR. Default: 0.0. */
    versionNumber: string;
    /** Default: latest. */
    buildTag: string;
    envVars: Record<string, string>;
    /** In MB. `default` is absent, too, when `actor.json` has an expression there. */
    memory: { default?: number; min?: number; max?: number };
}

/** The `actor.json` of a folder, unless it has none. */
function findActorJson(files: FileChangeDetector, directory: string): string | undefined {
    return [join(directory, '.actor', 'actor.json'), join(directory, 'actor.json')].find((file) => files.isFile(file));
}

/**
 * Reads `.actor/actor.json` and the schemas it points to. Fields that only a deployment needs may be left out.
 *
 * @param fallbackName - The name in the definition when `actor.json` gives none.
 * @param boundary - Schemas outside of this folder are refused; for source that came from elsewhere.
 * @throws EngineError `actor-source-invalid`, naming the file and the field, or the line and column.
 */
export async function readActorJson(
    files: FileChangeDetector,
    directory: string,
    fallbackName: string,
    boundary?: string,
): Promise<ActorJson> {
    const file = findActorJson(files, directory);
    const fields = file === undefined ? {} : ((await files.readJson(file)) ?? {});
    const at = file ?? join(directory, '.actor', 'actor.json');
    checkFields(at, fields);
    const name = fields['name'] === undefined ? undefined : readName(at, fields['name']);
    const version = readVersion(at, fields['version']);
    const memory = readMemory(at, fields);
    const envVars = readEnvVars(at, fields);
    const schemas = await inlineSchemas(files, { file: at, directory, fields, boundary });
    const common = { ...name, versionNumber: version.number, envVars, memory };
    if (file === undefined && Object.keys(schemas).length === 0) return { ...common, buildTag: 'latest' };
    const { inputSchema: _input, outputSchema: _output, ...kept } = fields;
    const definition: ActorDefinition = {
        ...kept,
        ...schemas,
        actorSpecification: 1,
        name: name?.name ?? fallbackName,
        version: version.text,
        environmentVariables: envVars,
    };
    return { ...common, definition, buildTag: definition.buildTag ?? 'latest' };
}

/** The Dockerfile of a folder: the one that `actor.json` names, `.actor/Dockerfile` or `Dockerfile`. */
export async function findDockerfile(files: FileChangeDetector, directory: string): Promise<string | undefined> {
    const actorJson = findActorJson(files, directory);
    const named = actorJson && (await files.readJson(actorJson))?.['dockerfile'];
    const candidates = [join(directory, '.actor', 'Dockerfile'), join(directory, 'Dockerfile')];
    if (actorJson && typeof named === 'string') candidates.unshift(join(dirname(actorJson), named));
    return candidates.find((file) => files.isFile(file));
}

/** The error for a field that is not what it must be. */
function fieldError(file: string, field: string, value: unknown, expected: string): EngineError {
    return new EngineError(
        'actor-source-invalid',
        `\`${field}\` in ${file} is ${show(value)}, but must be ${expected}.`,
        {
            details: { file, field },
        },
    );
}

function checkFields(file: string, fields: JsonObject): void {
    for (const field of TEXT_FIELDS) {
        const value = fields[field];
        if (value !== undefined && typeof value !== 'string') throw fieldError(file, field, value, 'a text');
    }
    const specification = fields['actorSpecification'];
    if (specification !== undefined && specification !== 1) {
        throw fieldError(file, 'actorSpecification', specification, '1, the only version of the format there is');
    }
}

function readName(file: string, value: unknown): { username?: string; name: string } {
    return readActorName(`\`name\` in ${file}`, value, 'actor-source-invalid');
}

function readVersion(file: string, value: unknown = DEFAULT_VERSION): { number: string; text: string } {
    const found = typeof value === 'string' ? /^(\d{1,2})\.(\d{1,2})(\.\d+)*$/.exec(value) : null;
    if (found === null) throw fieldError(file, 'version', value, 'a text like "0.1", with numbers from 0 to 99');
    return { number: `${Number(found[1])}.${Number(found[2])}`, text: found[0] };
}

function readMemory(file: string, fields: JsonObject): ActorJson['memory'] {
    const min = readMbytes(file, 'minMemoryMbytes', fields['minMemoryMbytes']);
    const max = readMbytes(file, 'maxMemoryMbytes', fields['maxMemoryMbytes']);
    if (min !== undefined && max !== undefined && min > max) {
        throw fieldError(file, 'minMemoryMbytes', min, `no more than \`maxMemoryMbytes\`, which is ${max}`);
    }
    // A text is an expression over the input of a run; a default that holds for every run cannot be told from it.
    const isExpression = typeof fields['defaultMemoryMbytes'] === 'string';
    if (isExpression) checkMemoryExpression(file, fields['defaultMemoryMbytes'] as string);
    const usual = isExpression ? undefined : readMbytes(file, 'defaultMemoryMbytes', fields['defaultMemoryMbytes']);
    if (usual !== undefined && !Number.isInteger(Math.log2(usual))) {
        throw fieldError(file, 'defaultMemoryMbytes', usual, 'a power of two, like 256, 512 or 1024');
    }
    return { default: usual, min, max };
}

function checkMemoryExpression(file: string, expression: string): void {
    try {
        parseMemoryExpression(expression);
    } catch (cause) {
        const problem = cause instanceof RangeError ? 'it is nested too deeply' : (cause as Error).message;
        const message =
            `\`defaultMemoryMbytes\` in ${file} is no expression that can be worked out: ${problem}. ` +
            `Write it like "get(input, 'startUrls.length', 1) * 64", or give a number of MB.`;
        throw new EngineError('actor-source-invalid', message, {
            details: { file, field: 'defaultMemoryMbytes' },
            cause,
        });
    }
}

function readMbytes(file: string, field: string, value: unknown): number | undefined {
    if (value === undefined || value === null) return undefined;
    const isAllowed = typeof value === 'number' && Number.isInteger(value);
    if (isAllowed && value >= MIN_MEMORY_MBYTES && value <= MAX_MEMORY_MBYTES) return value;
    throw fieldError(file, field, value, `a whole number of MB, from ${MIN_MEMORY_MBYTES} to ${MAX_MEMORY_MBYTES}`);
}

function readEnvVars(file: string, fields: JsonObject): Record<string, string> {
    // Files of before 2022 call the field `env`.
    const field = fields['environmentVariables'] === undefined ? 'env' : 'environmentVariables';
    const value = fields[field] ?? {};
    if (!isJsonObject(value)) throw fieldError(file, field, value, 'an object of names and texts');
    const pairs = Object.entries(value).map(([name, content]): [string, string] => {
        if (typeof content !== 'string') throw fieldError(file, `${field}.${name}`, content, 'a text');
        return [name, content];
    });
    return Object.fromEntries(pairs);
}
