import { defineCommand } from '../command.js';
import { SERVE_OPTIONS, serveActors } from '../serve/server.js';

const FOLDERS = 'folders or modules of Actors, or folders with Actors in them (default: current directory)';

const dev = defineCommand({
    description: `Serve Actors, the API and the console on one port, and follow changes.

Prints a link to the console, which includes the token. Each run reads the current files of its Actor. After a change, the build script of a compiled Actor is run.

Other commands on the same storage directory use this server while it runs, including \`greenroom run\`.

Ctrl+C stops it: runs are aborted gracefully; a second Ctrl+C stops them now.`,
    args: { '[folder...]': FOLDERS },
    options: { ...SERVE_OPTIONS, '-o, --open': 'open the console in the browser' },
    examples: {
        'greenroom dev --open': 'The Actors of the current directory',
        'greenroom dev actors/scraper actors/mailer': 'Two Actors, which can call each other',
        'greenroom dev --port 8080 --isolation process': 'On a fixed port, each run in a process',
    },
    run: (cli, options, folders: string[]) => serveActors(cli, folders, { ...options, follows: true }),
});

const serve = defineCommand({
    description: 'Serve Actors as `greenroom dev` does, without following changes: for CI, or as a service.',
    args: { '[folder...]': FOLDERS },
    options: { ...SERVE_OPTIONS, '--json': 'print one line of JSON with url, token and console once it listens' },
    examples: {
        'greenroom serve ./my-actor --port 0 --json': 'For a script that reads the URL',
        'greenroom serve --host 0.0.0.0 --token "$TOKEN" --allow-host actors.example': 'For other machines',
    },
    run: (cli, options, folders: string[]) => serveActors(cli, folders, { ...options, follows: false }),
});

export const commands = { dev, serve };
