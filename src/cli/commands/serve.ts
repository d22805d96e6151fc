import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, isEngineError } from '../../errors/engine-error.js';
import { ifExists, wrapFsError } from '../../storage/file/fs-error.js';
import { isTerminal } from '../../model/api/status.js';
import { ISOLATIONS } from '../../model/execution.js';
import { isLoopback } from '../../util/loopback.js';
import { newId } from '../../util/ids.js';
import { collect, defineCommand, megabytes, STORAGE_OPTION, wholeNumber, type OptionsOf } from '../command.js';
import {
    createStorageDir,
    openEngine,
    readServerFile,
    resolveStorageDir,
    writeServerFile,
} from '../backend/connect.js';
import { registerFolder } from '../backend/actor-folders.js';
import { SignalHandler } from '../signals.js';
import { formatCount } from '../ui/units.js';
import { findActorFolders } from '../serve/find-folders.js';
import { printRunLogs } from '../serve/run-log-printer.js';
import type { Engine } from '../../engine/engine.js';
import type { ListenOptions } from '../../engine/options/listen-options.js';
import type { Listener } from '../../engine/external/external-access.js';
import type { Actor } from '../../model/api/actor.js';
import type { Cli } from '../cli.js';
import type { Output } from '../ui/terminal.js';
import type { WatchedActor } from '../serve/watched-actor.js';

/** The first port to try by default. */
const DEFAULT_PORT = 4400;
const PORTS_TRIED = 20;

/** Programs that open a page in the browser, by platform. The first argument of `start` is the window title. */
const OPENERS: Readonly<Record<string, string>> = { darwin: 'open', win32: 'cmd /c start ""' };

const NETWORK_ACCESS = ['allow', 'loopback', 'block'] as const;
const RECOVERIES = ['abort', 'resurrect'] as const;

/** Options of `greenroom dev` and `greenroom serve`. */
const SERVE_OPTIONS = {
    '-p, --port <PORT>': ['port (0 = random; default: 4400, or the next free one)', wholeNumber(0, 65_535)],
    '--host <HOST>':
        'address to listen at; a non-loopback one admits other machines with the token (default: "127.0.0.1")',
    '--token <TOKEN>': 'token for clients (env: GREENROOM_TOKEN; default: generated for the storage directory)',
    '--allow-host <NAME>': ['additional host name, such as that of a tunnel (repeatable)', collect],
    '--allow-origin <ORIGIN>': ['origin of web pages that may use the API (repeatable)', collect],
    ...STORAGE_OPTION,
    '--isolation <MODE>': ['isolation mode (default: "thread")', ISOLATIONS],
    '-m, --memory <MB>': ['total memory for all runs; further runs are queued (default: no limit)', megabytes],
    '--max-runs <N>': ['concurrent runs; further runs are queued (default: 64)', wholeNumber(1)],
    '--network <ACCESS>': ['network access (default: all but the cloud API)', NETWORK_ACCESS],
    '--recovery <ACTION>': ['what to do with interrupted runs (default: "abort")', RECOVERIES],
    '--retention-days <N>': ['delete older runs and unnamed storages (default: never)', wholeNumber(1)],
    '-q, --quiet': 'hide run output',
} as const;

const FOLDERS = 'folders or modules of Actors, or folders with Actors in them (default: current directory)';

const dev = defineCommand({
    description: `Serve Actors, the API and the console on one port, and watch for changes.

Prints a link to the console, which includes the token. Each run reads the current files of its Actor. After a change, greenroom runs the build script of a compiled Actor.

Other commands on the same storage directory use this server while it runs, including \`greenroom run\`.

Ctrl+C stops the server and aborts its runs gracefully; a second Ctrl+C stops them immediately.`,
    args: { '[folder...]': FOLDERS },
    options: { ...SERVE_OPTIONS, '-o, --open': 'open the console in the browser' },
    examples: {
        'greenroom dev --open': 'Serve the Actors of the current directory',
        'greenroom dev actors/scraper actors/mailer': 'Serve two Actors, which can call each other',
        'greenroom dev --port 8080 --isolation process': 'Use a fixed port, and a process for each run',
    },
    run: (cli, options, folders: string[]) => serveActors(cli, folders, { ...options, isWatching: true }),
});

const serve = defineCommand({
    description: 'Serve Actors as `greenroom dev` does, without watching for changes: for CI, or as a service.',
    args: { '[folder...]': FOLDERS },
    options: { ...SERVE_OPTIONS, '--json': 'print one line of JSON with url, token and console once it listens' },
    examples: {
        'greenroom serve ./my-actor --port 0 --json': 'Print the URL for a script',
        'greenroom serve --host 0.0.0.0 --token "$TOKEN" --allow-host actors.example': 'Admit other machines',
    },
    run: (cli, options, folders: string[]) => serveActors(cli, folders, { ...options, isWatching: false }),
});

export const commands = { dev, serve };

interface ServeOptions extends OptionsOf<typeof SERVE_OPTIONS> {
    /** If set, folders are watched for changes. */
    readonly isWatching: boolean;
    readonly json?: boolean;
    readonly open?: boolean;
}

interface Server {
    readonly engine: Engine;
    readonly directory: string;
    readonly output: Output;
    /** Sets the name of an Actor, if runs are printed. */
    readonly setName: ((actor: Pick<Actor, 'id' | 'name'>) => void) | undefined;
}

/** Serves Actors until a signal. */
async function serveActors(cli: Cli, folders: readonly string[], options: ServeOptions): Promise<void> {
    const { out, err, env, cwd } = cli;
    const { json, quiet } = options;
    const paths = findActorFolders(folders, cwd);
    const directory = resolveStorageDir(cli, options);
    assertNoServer(directory);
    createStorageDir(directory);
    const token = options.token ?? (env['GREENROOM_TOKEN'] || readOrCreateToken(directory));
    const signals = new SignalHandler();
    const output = json ? err : out;
    const { isolation, network, recovery, memory: maxTotalMemoryMbytes, maxRuns: maxConcurrentRuns } = options;
    const limits = { maxTotalMemoryMbytes, maxConcurrentRuns, dataRetentionDays: options.retentionDays };
    const engineOptions = { isolation, network, recovery, ...limits, storageDir: directory, token };
    const engine = await openEngine(cli, engineOptions);
    const server: Server = { engine, directory, output, setName: quiet ? undefined : printRunLogs(engine, output) };
    let removeServerFile = (): void => {};
    let watched: readonly WatchedActor[] = [];
    try {
        const { url } = await listen(engine, listenOptions(options));
        removeServerFile = writeServerFile(directory, { url, token });
        if (options.isWatching) watched = await watchActors(server, paths);
        else for (const path of paths) await register(server, path);
        const console = `${url}/#token=${encodeURIComponent(token)}`;
        const { items } = await engine.client.actors().list();
        // Those of earlier calls, too.
        for (const actor of items) server.setName?.(actor);
        const actors = items.map(({ name }) => name);
        if (json) out.json({ url, token, console, storage: directory, pid: process.pid, actors });
        else printBanner(server, console, actors);
        if (options.open) await openBrowser(console, output);
        await signals.requested;
        await stop(server, watched, signals);
    } finally {
        removeServerFile();
        for (const one of watched) await one.close();
        await engine.close({ force: true });
        signals.stop();
    }
}

function listenOptions({ port, host, allowHost, allowOrigin }: ServeOptions): ListenOptions {
    // Naming a non-loopback host is the permission to serve other machines.
    const allowRemote = host !== undefined && !isLoopback(host);
    return { port, host, allowRemote, allowedHosts: allowHost, allowedOrigins: allowOrigin };
}

/** Throws `storage-in-use` with the URL of the server that owns a directory; the error of the lock has no URL. */
function assertNoServer(directory: string): void {
    const running = readServerFile(directory);
    if (running === undefined) return;
    const { url, token } = running;
    const message =
        `A server for the storage directory \`${directory}\` is already running at ${url}/#token=${token}. ` +
        'Use it, stop it, or choose another directory: --storage DIR.';
    throw new EngineError('storage-in-use', message, { details: { directory, url } });
}

/**
 * Returns the persistent token of a storage directory, so that links to the console survive a restart. Only the user who created
 * the file can read it.
 */
function readOrCreateToken(directory: string): string {
    const path = join(directory, 'token');
    const stored = ifExists('read', path, () => readFileSync(path, 'utf8'))?.trim();
    if (stored !== undefined && stored !== '') return stored;
    const token = newId() + newId();
    wrapFsError('write', path, () => writeFileSync(path, `${token}\n`, { mode: 0o600, flag: 'wx' }));
    return token;
}

/** Listens on the requested port, or else on the first free one from 4400. */
async function listen(engine: Engine, options: ListenOptions): Promise<Listener> {
    if (options.port !== undefined) return engine.listen(options);
    for (let port = DEFAULT_PORT; port < DEFAULT_PORT + PORTS_TRIED; port++) {
        try {
            return await engine.listen({ ...options, port });
        } catch (error) {
            if (!isEngineError(error) || error.details['reason'] !== 'EADDRINUSE') throw error;
        }
    }
    return engine.listen({ ...options, port: 0 });
}

async function register({ engine, directory, setName, output }: Server, path: string): Promise<void> {
    const actor = await registerFolder(engine, directory, path, (line) => output.line(line));
    setName?.(actor);
}

async function watchActors(server: Server, paths: readonly string[]): Promise<readonly WatchedActor[]> {
    const { watchActor } = await import('../serve/watched-actor.js');
    const { output, directory, engine } = server;
    const all: WatchedActor[] = [];
    for (const path of paths) all.push(await watchActor(path, directory, output, () => register(server, path)));
    // By id: a resurrected run finishes more than once.
    const active = new Set<string>();
    engine.on('run.status-changed', ({ run: { id, status } }) => {
        if (isTerminal(status)) active.delete(id);
        else active.add(id);
        for (const actor of all) actor.setBusy(active.size > 0);
    });
    return all;
}

function printBanner({ output, directory }: Server, console: string, actors: readonly string[]): void {
    const list = actors.length === 0 ? 'no Actors yet' : `${formatCount(actors.length, 'Actor')}: ${actors.join(', ')}`;
    output.line(`${output.paint('bold', 'greenroom')} serves ${list}`);
    output.line(`  Console  ${output.paint('cyan', console)}`);
    output.line(`  API      ${new URL(console).origin}/v2`);
    output.line(`  Storage  ${directory}`);
    if (actors.length === 0) output.line('  Create one with `greenroom init NAME`, then restart with its folder.');
    output.line(output.paint('dim', '  Press Ctrl+C to stop'));
}

/** Opens a page in the browser, if the platform has a program for it. */
async function openBrowser(url: string, output: Output): Promise<void> {
    const [program, ...args] = (OPENERS[process.platform] ?? 'xdg-open').split(' ');
    const child = spawn(program!, [...args, url], { stdio: 'ignore', detached: true });
    child.unref();
    await once(child, 'spawn').catch(() => output.line('No browser found. Open the link manually.'));
}

/** Closes the engine gracefully; a second signal forces it. */
async function stop(
    { engine, output }: Server,
    watched: readonly WatchedActor[],
    signals: SignalHandler,
): Promise<void> {
    const { total } = await engine.client.runs().list({ status: ['READY', 'RUNNING'], limit: 1 });
    const note = total === 0 ? '' : ` Waiting for ${formatCount(total, 'run')}; press Ctrl+C again to stop now.`;
    output.line(`\nStopping…${note}`);
    const closing = engine.close();
    signals.listen((isFirst) => {
        if (!isFirst) void engine.close({ force: true });
    });
    for (const one of watched) await one.close();
    await closing;
}
