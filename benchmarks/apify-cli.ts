import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Outside of the repository, since the package takes a hundred megabytes and only the benchmarks use it. */
const CACHE = join(tmpdir(), 'greenroom-bench-apify-cli');
const PACKAGE = join(CACHE, 'node_modules', 'apify-cli');
const INSTALL = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', CACHE, 'apify-cli@1'];

/**
 * Finds Apify's command-line tool, and installs it with npm unless an earlier run of the benchmarks did.
 *
 * @returns The path of its program, or the reason why it is not available.
 */
export async function findApifyCli(): Promise<{ program: string } | { missing: string }> {
    try {
        if (!existsSync(PACKAGE)) {
            await mkdir(CACHE, { recursive: true });
            await promisify(execFile)('npm', INSTALL, { timeout: 300_000, shell: process.platform === 'win32' });
        }
        const { bin } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as {
            bin: Record<string, string>;
        };
        return { program: join(PACKAGE, bin['apify'] ?? '') };
    } catch (error) {
        return { missing: `npm could not install apify-cli: ${firstLine(error)}` };
    }
}

function firstLine(error: unknown): string {
    return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}
