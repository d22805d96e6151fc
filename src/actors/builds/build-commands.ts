import { delimiter, dirname, join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { runCommand } from '../../execution/process/run-command.js';
import { withoutUndefined } from '../../util/json/without-undefined.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { findPackage } from '../source/package-lookup.js';
import { FileChangeDetector } from '../source/file-change-detector.js';

/** Where the commands of a build run, and who is told of it. */
export interface BuildWorkspace {
    buildId: string;
    directory: string;
    /** Variables of the version, if they are to be those of the build as well. */
    env: Readonly<Record<string, string>>;
    log: BuildLogWriter;
    signal: AbortSignal;
}

/** The log of a build, as far as it is written to. */
export interface BuildLogWriter {
    /** Hides values wherever they are written from now on. */
    hide(secrets: readonly string[]): void;
    write(stream: 'stdout' | 'stderr', text: string): void;
    /** A line of the engine's own. */
    note(text: string): void;
}

/** What would have npm ask its registry about things that nobody wants to know. */
const QUIET_NPM = {
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_progress: 'false',
};

/** Whether the Actor has a build script of its own, as those in TypeScript have. */
export function hasBuildScript(manifest: JsonObject): boolean {
    const { scripts } = manifest;
    return isJsonObject(scripts) && typeof scripts['build'] === 'string' && scripts['build'] !== '';
}

/** The packages that the Actor, or its build, needs and that it would not find. */
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
 * @throws EngineError `actor-source-invalid`, with the `exitCode` in its details, when it does not end well.
 */
export async function runNpm(args: readonly string[], workshop: BuildWorkspace): Promise<void> {
    const { buildId, directory, env, log, signal } = workshop;
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
        const message = `\`${command}\` could not be started: ${end.error.message}. Install npm, and see that it is on the PATH.`;
        throw new EngineError('actor-source-invalid', message, { cause: end.error });
    }
    const how = end.code === undefined ? `was ended by ${end.signal}` : `ended with exit code ${end.code}`;
    throw new EngineError('actor-source-invalid', `\`${command}\` ${how}.`, { details: { exitCode: end.code } });
}

/** As with runs, nothing else of the environment of this process gets in. */
function baseEnvironment(): Record<string, string> {
    const { PATH, HOME, TZ } = process.env;
    // Behind all others: npm is the host's, but where no Node is on the path, the one that runs this is as good as any.
    const path = [PATH, dirname(process.execPath)].filter((part) => part !== undefined).join(delimiter);
    return withoutUndefined({ PATH: path, HOME, TZ, ...QUIET_NPM }) as Record<string, string>;
}
