import { existsSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { isEngineError } from '../../errors/engine-error.js';
import { runCommand } from '../../execution/process/run-command.js';
import { newId } from '../../util/ids.js';
import { parseJson } from '../../util/json/json.js';
import { withoutUndefined } from '../../util/json/without-undefined.js';
import { folderOf } from '../backend/actor-folders.js';
import { commandMessage } from '../errors.js';
import { escapeControlCharacters } from '../ui/escape-control-characters.js';
import { formatDuration } from '../ui/units.js';
import { watchFiles } from '../watch-files.js';
import type { Output } from '../ui/terminal.js';

/** An Actor whose folder is watched. */
export interface WatchedActor {
    /** Sets if runs are active, which may write files. */
    setBusy(isBusy: boolean): void;
    close(): Promise<void>;
}

/** Number of printed lines of a failed build. */
const FAILURE_LINES = 30;
/** Folders that build scripts write to. */
const OUTPUT_FOLDER = /(?:^|[\s"'/=])(dist|build|out|lib)\//;

/**
 * Runs the build script of an Actor (a folder or a module file), if it has one, and registers the Actor: now and after each change
 * of its folder. Errors are printed; the next change may fix them.
 */
export async function watchActor(
    path: string,
    storageDir: string,
    output: Output,
    register: () => Promise<unknown>,
): Promise<WatchedActor> {
    const [folder, label] = [folderOf(path), basename(path)];
    let building = new AbortController();
    let isClosed = false;
    const build = (): Promise<void> => {
        building = new AbortController();
        return buildActor(folder, label, output, building.signal);
    };
    const registerAgain = async (): Promise<void> => {
        await register().catch((error: unknown) => {
            if (isClosed) return;
            if (!isEngineError(error)) throw error;
            output.line(`${output.paint('red', '✖')} ${label}: ${escapeControlCharacters(commandMessage(error))}`);
        });
    };
    const buildOutput = findBuildOutput(folder);
    if (buildOutput !== undefined && !existsSync(buildOutput)) await build();
    await registerAgain();
    // The output of the build script must not start it again.
    const watcher = await watchFiles(folder, buildOutput === undefined ? [storageDir] : [storageDir, buildOutput]);
    const follow = async (): Promise<void> => {
        for (let change = watcher.next(); ;) {
            const changed = await change;
            if (isClosed) return;
            // Requested before the build: a change during a build aborts and repeats it.
            change = watcher.next();
            output.line(`${output.paint('cyan', '↻')} ${label} changed: ${relative(folder, changed)}`);
            if (findBuildOutput(folder) !== undefined) {
                const done = build();
                await Promise.race([done, change.then(() => building.abort())]);
                await done;
            }
            await registerAgain();
        }
    };
    void follow();
    const close = (): Promise<void> => {
        isClosed = true;
        building.abort();
        return watcher.close();
    };
    return { setBusy: watcher.setBusy, close };
}

async function buildActor(folder: string, label: string, output: Output, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    output.line(output.paint('dim', `  ${label}: npm run build`));
    const { isSuccess, text } = await runBuildScript(folder, signal);
    if (signal.aborted) return;
    const took = formatDuration(performance.now() - startedAt);
    if (isSuccess) return output.line(`${output.paint('green', '✔')} Built ${label} in ${took}`);
    output.line(`${output.paint('red', '✖')} Build of ${label} failed (${took}):`);
    for (const line of text.split('\n').slice(-FAILURE_LINES))
        output.line(`  ${escapeControlCharacters(line, { colours: output.hasColours })}`);
}

/**
 * Returns the folder that the build script of an Actor writes to: an output folder that the start script, main module or
 * Dockerfile names. Undefined for an Actor that runs without a build.
 */
export function findBuildOutput(folder: string): string | undefined {
    const manifest = readText(join(folder, 'package.json'));
    if (manifest === undefined) return undefined;
    // Invalid JSON is reported when the folder is registered.
    const { scripts, main } = Object(parseJson(manifest)) as { scripts?: Record<string, unknown>; main?: unknown };
    if (typeof scripts?.['build'] !== 'string') return undefined;
    const starts = [scripts['start'], scripts['start:prod'], main, ...dockerCommands(folder)];
    const [output] = starts.flatMap((start) => (typeof start === 'string' && OUTPUT_FOLDER.exec(start)?.[1]) || []);
    return output && join(folder, output);
}

/** Runs the build script of a folder. */
async function runBuildScript(folder: string, signal: AbortSignal): Promise<{ isSuccess: boolean; text: string }> {
    let text = '';
    const end = await runCommand({
        buildId: `dev-${newId()}`,
        program: 'npm',
        args: ['run', '--silent', 'build'],
        directory: folder,
        env: withoutUndefined(process.env) as Record<string, string>,
        onOutput: (_stream, chunk) => {
            text += chunk;
        },
        signal,
    });
    if (end.error !== undefined) text += end.error.message;
    return { isSuccess: end.code === 0, text: text.trimEnd() };
}

function dockerCommands(folder: string): string[] {
    const files = [join(folder, '.actor', 'Dockerfile'), join(folder, 'Dockerfile')];
    const text = files.map(readText).find((one) => one !== undefined) ?? '';
    return text.split('\n').filter((line) => /^\s*CMD\b/i.test(line));
}

function readText(path: string): string | undefined {
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
