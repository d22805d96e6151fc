import { homedir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import type { FileChangeDetector } from '../source/file-change-detector.js';

/** Environment variables of an Actor: plain ones, and the values of those that refer to a secret. */
export interface ResolvedVariables {
    envVars: Record<string, string>;
    secretEnvVars: Record<string, string>;
}

/**
 * Resolves references to secrets, such as `@password`, as `apify run` does: to the values that `apify secrets add` has stored in
 * `~/.apify/secrets.json`.
 *
 * @param directory - The Actor's folder, for the error.
 * @throws EngineError `actor-source-invalid` with the names of missing secrets.
 */
export async function resolveSecretReferences(
    files: FileChangeDetector,
    directory: string,
    variables: Readonly<Record<string, string>>,
): Promise<ResolvedVariables> {
    const entries = Object.entries(variables);
    const references = entries.filter(([, value]) => /^@./s.test(value));
    if (references.length === 0) return { envVars: { ...variables }, secretEnvVars: {} };
    const file = join(homedir(), '.apify', 'secrets.json');
    const secrets = await readSecrets(files, file);
    const found = references.map(([name, reference]) => [name, secrets[reference.slice(1)]] as const);
    const missing = references.filter((_, index) => !isValue(found[index]![1]));
    if (missing.length > 0) throw missingError(directory, file, missing);
    return {
        envVars: Object.fromEntries(entries.filter((entry) => !references.includes(entry))),
        secretEnvVars: Object.fromEntries(found) as Record<string, string>,
    };
}

/** As in `apify run`, an unreadable file has no secrets. */
async function readSecrets(files: FileChangeDetector, file: string): Promise<JsonObject> {
    try {
        const secrets: unknown = JSON.parse((await files.readText(file)) ?? '{}');
        return isJsonObject(secrets) ? secrets : {};
    } catch {
        return {};
    }
}

function isValue(value: unknown): value is string {
    return typeof value === 'string' && value !== '';
}

function missingError(directory: string, file: string, missing: readonly (readonly [string, string])[]): EngineError {
    const shown = missing.map(([name, reference]) => `\`${name}\` refers to \`${reference}\``).join(', ');
    const names = missing.map(([, reference]) => reference.slice(1));
    const message =
        `Secrets of the environment variables in actor.json of ${directory} are missing: ${shown}, but ${file} does not have ` +
        `${names.length === 1 ? 'it' : 'them'}. Add ${names.length === 1 ? 'it' : 'them'} with \`apify secrets add ${names[0]} VALUE\`.`;
    return new EngineError('actor-source-invalid', message, { details: { variables: missing.map(([name]) => name) } });
}
