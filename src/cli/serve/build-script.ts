import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../executor/run-command.js';
import { newId } from '../../util/ids.js';
import { withoutUndefined } from '../../util/without-undefined.js';
import { tryJson } from '../input.js';

/** Folders that build scripts write to. */
const OUTPUT_FOLDER = /(?:^|[\s"'/=])(dist|build|out|lib)\//;

/** The result of a build script. */
export interface ScriptEnd {
    readonly isGood: boolean;
    /** Its output. */
    readonly text: string;
    readonly millis: number;
}

/**
 * Returns the folder that the build script of an Actor writes to: that of an Actor with such a script whose start script, main
 * module or Dockerfile names an output folder. Undefined for one that runs without a build.
 */
export function buildOutputOf(folder: string): string | undefined {
    const manifest = readText(join(folder, 'package.json'));
    if (manifest === undefined) return undefined;
    // Registering the folder reports invalid JSON.
    const { scripts, main } = Object(tryJson(manifest)) as { scripts?: Record<string, unknown>; main?: unknown };
    if (typeof scripts?.['build'] !== 'string') return undefined;
    const starts = [scripts['start'], scripts['start:prod'], main, ...dockerCommands(folder)];
    for (const start of starts) {
        const [, output] = (typeof start === 'string' && OUTPUT_FOLDER.exec(start)) || [];
        if (output !== undefined) return join(folder, output);
    }
    return undefined;
}

/** Runs the build script of a folder; the signal ends it. */
export async function runBuildScript(folder: string, signal: AbortSignal): Promise<ScriptEnd> {
    const startedAt = performance.now();
    let text = '';
    const end = await runCommand({
        buildId: `dev-${newId()}`,
        program: 'npm',
        args: ['run', '--silent', 'build'],
        directory: folder,
        env: withoutUndefined(process.env) as Record<string, string>,
        onOutput: (_stream, piece) => {
            text += piece;
        },
        signal,
    });
    if (end.error !== undefined) text += end.error.message;
    return { isGood: end.code === 0, text: text.trimEnd(), millis: performance.now() - startedAt };
}

function dockerCommands(folder: string): string[] {
    const files = [join(folder, '.actor', 'Dockerfile'), join(folder, 'Dockerfile')];
    const text = files.map(readText).find((one) => one !== undefined) ?? '';
    return text.split('\n').filter((line) => /^\s*CMD\b/i.test(line));
}

function readText(path: string): string | undefined {
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
