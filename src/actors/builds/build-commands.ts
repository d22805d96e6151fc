import { delimiter, dirname, join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { runCommand } from '../../execution/process/run-command.js';
import { readSystemVariables } from '../../util/system-variables.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { findPackage } from '../source/package-lookup.js';
import { FileChangeDetector } from '../source/file-change-detector.js';

/** The folder, environment and log of the commands of a build. */
export interface BuildWorkspace {
    buildId: string;
    directory: string;
    /** Variables of the version, if they apply to the build. */
    env: Readonly<Record<string, string>>;
    log: BuildLogWriter;
    signal: AbortSignal;
}

/** Writes the log of a build. */
export interface BuildLogWriter {
    /** Redacts these values in everything written from now on. */
    hide(secrets: readonly string[]): void;
    /** Returns a text without the secrets. */
    redact(text: string): string;
    write(stream: 'stdout' | 'stderr', text: string): void;
    /** Writes a line of the engine itself. */
    note(text: string): void;
}

/** Disables npm features that send unnecessary requests to its registry or clutter the log. */
const QUIET_NPM = {
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_progress: 'false',
};

/** True if the Actor has a build script, as those in TypeScript do. */
export function hasBuildScript(manifest: JsonObject): boolean {
    const { scripts } = manifest;
    return isJsonObject(scripts) && typeof scripts['build'] === 'string' && scripts['build'] !== '';
}

/** Returns the names of packages that the Actor or its build script needs and that are not installed. */
export async function missingPackages(directory: string, manifest: JsonObject): Promise<string[]> {
    const fields = hasBuildScript(manifest) ? ['dependencies', 'devDependencies'] : ['dependencies'];
    const names = fields.flatMap((field) => {
        const packages = manifest[field];
        return isJsonObject(packages) ? Object.keys(packages) : [];
    });
    const files = new FileChangeDetector();
    const found = await Promise.all(
        names.map(async (name) => findPackage(files, join(directory, 'package.json'), name)),
    );
    return names.filter((_, index) => found[index] === undefined);
}

/**
 * Runs npm in the folder of a build.
 *
 * @throws EngineError `actor-source-invalid`, with the `exitCode` in its details, if npm fails.
 */
export async function runNpm(args: readonly string[], workspace: BuildWorkspace): Promise<void> {
    const { buildId, directory, env, log, signal } = workspace;
    log.note(`> npm ${args.join(' ')}`);
    const end = await runCommand({
        buildId,
        program: 'npm',
        args,
        directory,
        env: { ...env, ...baseEnvironment() },
        onOutput: (stream, text) => log.write(stream, text),
        signal,
    });
    signal.throwIfAborted();
    if (end.code === 0) return;
    const command = `npm ${args.join(' ')}`;
    if (end.error !== undefined) {
        const message = `\`${command}\` could not be started: ${end.error.message}. Install npm, and add it to the PATH.`;
        throw new EngineError('actor-source-invalid', message, { cause: end.error });
    }
    const outcome = end.code === undefined ? `was killed by ${end.signal}` : `failed with exit code ${end.code}`;
    throw new EngineError('actor-source-invalid', `\`${command}\` ${outcome}.`, { details: { exitCode: end.code } });
}

/** Returns the only variables that the commands inherit from this process; runs inherit none. */
function baseEnvironment(): Record<string, string> {
    const { PATH, ...others } = readSystemVariables(process.env);
    // Node's own folder comes last: it is used only if the PATH has no Node.
    const path = [PATH, dirname(process.execPath)].filter((part) => part !== undefined).join(delimiter);
    return { ...others, PATH: path, ...QUIET_NPM };
}
