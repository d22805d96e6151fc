import { collect, megabytes, wholeNumber, type PlaceOptions, type Command } from '../command.js';
import { ISOLATIONS, type Isolation } from '../../model/execution.js';
import { isLoopback } from '../../util/loopback.js';
import { serveActors } from '../serve/server.js';
import type { EngineOptions } from '../../engine/options.js';
import type { ListenOptions } from '../../engine/listen-options.js';
import type { Cli } from '../cli.js';

/** The commands of this module. */
export const commands = { dev, serve };

/** `greenroom dev` */
function dev(command: Command, cli: Cli): void {
    command
        .description(DEV_DESCRIPTION)
        .argument('[folder...]', FOLDERS)
        .action((folders: string[], options: ServeOptions) => start(cli, folders, options, true));
    addServeOptions(command).option('-o, --open', 'open the console in the browser');
    command.examples(
        ['greenroom dev --open', 'The Actors of the current directory'],
        ['greenroom dev actors/scraper actors/mailer', 'Two Actors, which can call each other'],
        ['greenroom dev --port 8080 --isolation process', 'On a fixed port, each run in a process'],
    );
}

/** `greenroom serve` */
function serve(command: Command, cli: Cli): void {
    command
        .description('Serve Actors as `greenroom dev` does, without following changes: for CI, or as a service.')
        .argument('[folder...]', FOLDERS)
        .action((folders: string[], options: ServeOptions) => start(cli, folders, options, false));
    addServeOptions(command).option('--json', 'print one line of JSON with url, token and console once it listens');
    command.examples(
        ['greenroom serve ./my-actor --port 0 --json', 'For a script that reads the URL'],
        ['greenroom serve --host 0.0.0.0 --token "$TOKEN" --allow-host actors.example', 'For other machines'],
    );
}

const NETWORK_ACCESS = ['allow', 'loopback', 'block'];
const RECOVERIES = ['abort', 'resurrect'];
const FOLDERS = 'folders or modules of Actors, or folders with Actors in them (default: current directory)';

const DEV_DESCRIPTION = `Serve Actors, the API and the console on one port, and follow changes.

Prints a link to the console, which includes the token. Each run reads the current files of its Actor. After a change, the build script of a compiled Actor is run.

Other commands on the same storage directory use this server while it runs, including \`greenroom run\`.

Ctrl+C stops it: runs are aborted gracefully; a second Ctrl+C stops them now.`;

function addServeOptions(command: Command): Command {
    command
        .option('-p, --port <PORT>', 'port (0 = random; default: 4400, or the next free one)', wholeNumber(0, 65_535))
        .option(
            '--host <HOST>',
            'address; a non-loopback one admits other machines with the token (default: "127.0.0.1")',
        )
        .option('--token <TOKEN>', 'token for clients (env: GREENROOM_TOKEN; default: one for each storage directory)')
        .option('--allow-host <NAME>', 'additional host name, such as that of a tunnel (repeatable)', collect)
        .option('--allow-origin <ORIGIN>', 'origin of web pages that may use the API (repeatable)', collect);
    return command
        .storageOption()
        .choice('--isolation <MODE>', 'isolation mode (default: "thread")', ISOLATIONS)
        .option(
            '-m, --memory <MB>',
            'total memory for all runs; further runs are queued (default: no limit)',
            megabytes,
        )
        .option('--max-runs <N>', 'concurrent runs; further runs are queued (default: 64)', wholeNumber(1))
        .choice('--network <ACCESS>', 'network access (default: all but the cloud API)', NETWORK_ACCESS)
        .choice('--recovery <ACTION>', 'what to do with interrupted runs (default: "abort")', RECOVERIES)
        .option('--retention-days <N>', 'delete older runs and unnamed storages (default: never)', wholeNumber(1))
        .option('-q, --quiet', 'hide run output');
}

interface ServeOptions extends Pick<PlaceOptions, 'storage' | 'token'> {
    readonly port?: number;
    readonly host?: string;
    readonly allowHost?: string[];
    readonly allowOrigin?: string[];
    readonly isolation?: Isolation;
    readonly memory?: number;
    readonly maxRuns?: number;
    readonly network?: EngineOptions['network'];
    readonly recovery?: EngineOptions['recovery'];
    readonly retentionDays?: number;
    readonly quiet?: boolean;
    readonly open?: boolean;
    readonly json?: boolean;
}

async function start(cli: Cli, folders: readonly string[], options: ServeOptions, follows: boolean): Promise<void> {
    const { port, host, allowHost: allowedHosts, allowOrigin: allowedOrigins } = options;
    const { isolation, memory, maxRuns, network, recovery, retentionDays } = options;
    const engineOptions: EngineOptions = {
        isolation,
        network,
        recovery,
        maxTotalMemoryMbytes: memory,
        maxConcurrentRuns: maxRuns,
        dataRetentionDays: retentionDays,
    };
    // Naming a host that others can reach is the permission.
    const allowRemote = host !== undefined && !isLoopback(host);
    const listenOptions: ListenOptions = { port, host, allowRemote, allowedHosts, allowedOrigins };
    await serveActors(cli, { ...options, folders, follows, engineOptions, listenOptions });
}
