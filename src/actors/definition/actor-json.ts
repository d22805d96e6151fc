import { dirname, join, relative, resolve, sep } from 'node:path';
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

const TEXT_FIELDS = ['title', 'description', 'buildTag', 'dockerfile', 'dockerContextDir'] as const;

/** The validated contents of a folder's `actor.json`, with its schemas. */
export interface ActorJson {
    /** Absent if the folder has neither an `actor.json` nor an input schema. */
    definition?: ActorDefinition;
    username?: string;
    /** The name in `actor.json`, without the username. */
    name?: string;
    /** MAJOR.MINOR. Default: 0.0. */
    versionNumber: string;
    /** Default: latest. */
    buildTag: string;
    /** Environment variables. Values such as `@name` refer to secrets. */
    envVars: Record<string, string>;
    /** In MB. `default` is absent if it is not set or is an expression. */
    memory: { default?: number; min?: number; max?: number };
}

/** Returns the path of the folder's `actor.json`, if it exists. */
function findActorJson(files: FileChangeDetector, directory: string): string | undefined {
    return [join(directory, '.actor', 'actor.json'), join(directory, 'actor.json')].find((file) => files.isFile(file));
}

/**
 * Reads `.actor/actor.json` and the schemas it refers to. Fields that only a deployment needs are optional.
 *
 * @param fallbackName - The name in the definition if `actor.json` has none.
 * @param boundary - If set, schemas outside of this folder are refused; for sources from other users.
 * @throws EngineError `actor-source-invalid`, with the file and the field, or the line and column.
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
    const { inputSchema: _input, outputSchema: _output, ...otherFields } = fields;
    const definition: ActorDefinition = {
        ...otherFields,
        ...schemas,
        actorSpecification: 1,
        name: name?.name ?? fallbackName,
        version: version.text,
        environmentVariables: envVars,
    };
    return { ...common, definition, buildTag: definition.buildTag ?? 'latest' };
}

/** The Docker build of a folder. */
interface DockerBuild {
    /** The Dockerfile that `actor.json` refers to, `.actor/Dockerfile` or `Dockerfile`. */
    dockerfile?: string;
    /** The folder whose files the build can copy. */
    contextDir: string;
    /** Build arguments that the platform sets. */
    args: Record<string, string>;
}

/**
 * Finds the Dockerfile of a folder and the context of its build.
 *
 * @throws EngineError `actor-source-invalid` if the context does not exist.
 */
export async function findDockerBuild(files: FileChangeDetector, directory: string): Promise<DockerBuild> {
    const actorJson = findActorJson(files, directory);
    const fields = actorJson === undefined ? {} : ((await files.readJson(actorJson)) ?? {});
    const { dockerfile: named, dockerContextDir: context } = fields;
    const candidates = [join(directory, '.actor', 'Dockerfile'), join(directory, 'Dockerfile')];
    const base = dirname(actorJson ?? directory);
    if (typeof named === 'string') candidates.unshift(resolve(base, named));
    const contextDir = typeof context === 'string' ? resolve(base, context) : directory;
    if (!files.isFolder(contextDir)) {
        throw fieldError(actorJson!, 'dockerContextDir', context, 'the path of a folder, relative to the file');
    }
    const path = relative(contextDir, directory).replaceAll(sep, '/');
    const dockerfile = candidates.find((file) => files.isFile(file));
    return {
        ...(dockerfile !== undefined && { dockerfile }),
        contextDir,
        args: { ACTOR_PATH_IN_DOCKER_CONTEXT: path === '' ? '.' : path },
    };
}

/** Creates the error for an invalid field. */
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
        if (value !== undefined && typeof value !== 'string') throw fieldError(file, field, value, 'a string');
    }
    const specification = fields['actorSpecification'];
    if (specification !== undefined && specification !== 1) {
        throw fieldError(file, 'actorSpecification', specification, '1, the only supported version of the format');
    }
}

function readName(file: string, value: unknown): { username?: string; name: string } {
    return readActorName(`\`name\` in ${file}`, value, 'actor-source-invalid');
}

function readVersion(file: string, value: unknown = DEFAULT_VERSION): { number: string; text: string } {
    const found = typeof value === 'string' ? /^(\d{1,2})\.(\d{1,2})(\.\d+)*$/.exec(value) : null;
    if (found === null) throw fieldError(file, 'version', value, 'a string like "0.1", with numbers from 0 to 99');
    return { number: `${Number(found[1])}.${Number(found[2])}`, text: found[0] };
}

function readMemory(file: string, fields: JsonObject): ActorJson['memory'] {
    const min = readMbytes(file, 'minMemoryMbytes', fields['minMemoryMbytes']);
    const max = readMbytes(file, 'maxMemoryMbytes', fields['maxMemoryMbytes']);
    if (min !== undefined && max !== undefined && min > max) {
        throw fieldError(file, 'minMemoryMbytes', min, `no more than \`maxMemoryMbytes\`, which is ${max}`);
    }
    // A string is an expression over the input of a run, so it has no default for all runs.
    const isExpression = typeof fields['defaultMemoryMbytes'] === 'string';
    if (isExpression) checkMemoryExpression(file, fields['defaultMemoryMbytes'] as string);
    const standard = isExpression ? undefined : readMbytes(file, 'defaultMemoryMbytes', fields['defaultMemoryMbytes']);
    if (standard !== undefined && !Number.isInteger(Math.log2(standard))) {
        throw fieldError(file, 'defaultMemoryMbytes', standard, 'a power of two, like 256, 512 or 1024');
    }
    return { default: standard, min, max };
}

function checkMemoryExpression(file: string, expression: string): void {
    try {
        parseMemoryExpression(expression);
    } catch (cause) {
        const problem = cause instanceof RangeError ? 'it is nested too deeply' : (cause as Error).message;
        const message =
            `\`defaultMemoryMbytes\` in ${file} is not a valid expression: ${problem}. ` +
            `Use an expression like "get(input, 'startUrls.length', 1) * 64", or a number of MB.`;
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
    // Files from before 2022 have `env`.
    const field = fields['environmentVariables'] === undefined ? 'env' : 'environmentVariables';
    const value = fields[field] ?? {};
    if (!isJsonObject(value)) throw fieldError(file, field, value, 'an object with string values by variable name');
    const pairs = Object.entries(value).map(([name, content]): [string, string] => {
        if (typeof content !== 'string') throw fieldError(file, `${field}.${name}`, content, 'a string');
        return [name, content];
    });
    return Object.fromEntries(pairs);
}
