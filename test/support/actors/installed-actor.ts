import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { tempDir } from '../files/temp-dir.js';

/** Options for installing an Actor's packages. */
export interface InstallOptions {
    /** Default: `npm`. */
    manager?: 'npm' | 'pnpm' | 'yarn';
}

/** Texts, or values to be written as JSON, by path. */
export type ActorFiles = Readonly<Record<string, string | object>>;

type File = [path: string, content: string | object];

/** The newest SDK with the part of Crawlee that most Actors use; shared, so that it is installed only once. */
export const WITH_CHEERIO = { apify: '~3.7.0', '@crawlee/cheerio': '^3' };

/** Packages that build and run Actors in TypeScript. */
export const TYPESCRIPT_TOOLS = {
    '@apify/tsconfig': '^0.1.1',
    '@types/node': '^22',
    tsx: '^4.20.3',
    typescript: '^5.9.3',
};

const exec = promisify(execFile);

/** Installed packages are cached for later runs, by everything that determines them. */
const CACHE = join(tmpdir(), 'greenroom-compat');
const MANAGERS = {
    pnpm: 'pnpm@10',
    yarn: 'yarn@1.22',
};
const ARGUMENTS = {
    npm: ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
    pnpm: ['install', '--prefer-offline', '--no-frozen-lockfile', `--store-dir=${join(CACHE, 'pnpm-store')}`],
    yarn: ['install', '--prefer-offline', '--non-interactive', '--no-progress', '--ignore-engines'],
};
/** Files that the package managers read. */
const MANIFEST = /(^|\/)(package\.json|\.npmrc|pnpm-workspace\.yaml)$/;

/**
 * Creates a folder with an Actor for the running test, and installs the packages of its package.json and of its
 * workspaces.
 *
 * @returns The path of the folder.
 */
export async function installedActor(files: ActorFiles, options: InstallOptions = {}): Promise<string> {
    const installed = await installOnce(
        Object.entries(files).filter(([path]) => MANIFEST.test(path)),
        options,
    );
    const directory = await tempDir('greenroom-installed-actor-');
    await copyTree(installed, directory);
    await writeAll(directory, Object.entries(files));
    return directory;
}

/** Runs a program of an Actor's own packages in its folder. */
export async function runTool(directory: string, name: string, ...args: string[]): Promise<void> {
    await run(join(directory, 'node_modules', '.bin', name), args, directory);
}

const installing = new Map<string, Promise<string>>();

async function installOnce(files: File[], { manager = 'npm' }: InstallOptions): Promise<string> {
    const manifests = files.map(([path, content]): File => [path, whatCounts(path, content)]);
    const [majorVersion] = process.versions.node.split('.');
    const facts = [manager, manifests, majorVersion, process.platform, process.arch];
    const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
    const target = join(CACHE, key);
    const work = installing.get(key) ?? install(target, manifests, manager);
    installing.set(key, work);
    return work;
}

async function install(target: string, manifests: File[], manager: keyof typeof ARGUMENTS): Promise<string> {
    if (await isFolder(target)) return target;
    const program = manager === 'npm' ? 'npm' : await findManager(manager);
    const directory = join(CACHE, `installing-${randomUUID()}`);
    try {
        await writeAll(directory, manifests);
        await run(program, ARGUMENTS[manager], directory);
        await rename(directory, target);
    } catch (error) {
        await rm(directory, { recursive: true, force: true });
        // Another process may have been faster; its installation is equally good.
        if (!(await isFolder(target))) throw error;
    }
    return target;
}

async function findManager(manager: 'pnpm' | 'yarn'): Promise<string> {
    const [name, version] = MANAGERS[manager].split('@') as [string, string];
    const manifest = { name: 'tools', private: true, dependencies: { [name]: version } };
    return join(await installOnce([['package.json', manifest]], {}), 'node_modules', '.bin', name);
}

async function run(program: string, args: readonly string[], directory: string): Promise<void> {
    const env = {
        ...process.env,
        PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
        // Browsers come from the machine, if at all.
        PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
        PUPPETEER_SKIP_DOWNLOAD: '1',
    };
    try {
        await exec(program, args, { cwd: directory, env, maxBuffer: 2 ** 26 });
    } catch (error) {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
        throw new Error(`\`${program} ${args.join(' ')}\` failed:\n${stdout}\n${stderr}`, { cause: error });
    }
}

/** Copies a folder with hard links for the files of packages, which is fast, and readers see real files. */
async function copyTree(from: string, to: string, copy: typeof link = copyFile): Promise<void> {
    await mkdir(to, { recursive: true });
    const entries = await readdir(from, { withFileTypes: true });
    await Promise.all(
        entries.map(async (entry) => {
            const [source, target] = [join(from, entry.name), join(to, entry.name)];
            if (entry.isDirectory()) await copyTree(source, target, entry.name === 'node_modules' ? link : copy);
            else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
            else await copy(source, target);
        }),
    );
}

async function writeAll(directory: string, files: readonly File[]): Promise<void> {
    for (const [path, content] of files) {
        const file = join(directory, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, null, 4));
    }
}

async function isFolder(path: string): Promise<boolean> {
    return readdir(path).then(
        () => true,
        () => false,
    );
}

/** Omits fields that do not affect the installed packages, so that Actors with the same ones share them. */
function whatCounts(path: string, manifest: string | object): string | object {
    if (typeof manifest === 'string') return manifest;
    const { scripts: _scripts, type: _type, ...rest } = manifest as Record<string, unknown>;
    // In a workspace, the names are those of its packages.
    if (path !== 'package.json') return rest;
    const { name: _name, version: _version, description: _description, ...dependencies } = rest;
    return { name: 'installed', private: true, ...dependencies };
}
