import { getFullName } from '../../../src/cli/command.js';
import { COMMANDS } from '../../../src/cli/program.js';
import { leafCommands, loadProgram, memoryCli } from '../cli/command-line-program.js';
import type { Command } from 'commander';

const INTRODUCTION = `# Command line

\`\`\`sh
npx greenroom init my-actor     # create an Actor
cd my-actor
npx greenroom run               # run it
npx greenroom dev --open        # open the console in a browser
\`\`\`

The commands below are those of \`greenroom COMMAND --help\`. The error for a mistyped command or option suggests the
nearest one. Use the [console](../guide/console.md) or the [API](api.md) for schedules, tasks, webhooks and builds.

## Differences from \`apify run\`

- \`greenroom run\` runs the Actor in the current directory. Its input comes from \`--input\`, \`--input-file\`, a pipe or
  \`key=value\`; otherwise from \`storage/key_value_stores/default/INPUT.json\`, with the defaults of the input schema. A
  key that is not in the input schema causes a warning that suggests the nearest one.
- All data is kept in \`./.greenroom\`. Each run has its own storages, and nothing is purged automatically. The folder
  \`storage\` is only read: the input on each run, and its named storages once.
- A run has the platform's lifecycle: a memory limit, a timeout, a status, graceful aborts. Of your environment
  variables it gets \`PATH\`, \`HOME\`, \`TZ\` and \`NODE_EXTRA_CA_CERTS\`, and those of \`--env\` and \`--env-file\`.
- An Actor without its own \`apify\` package gets the built-in SDK, so it runs before \`npm install\`.

## Storage directory

The storage directory is \`--storage\`, otherwise \`GREENROOM_STORAGE\`, otherwise \`.greenroom\` in the current directory.
One process at a time owns it. While \`greenroom dev\` or \`serve\` owns it, other commands on that directory use this
server. They read its address and token from \`server.json\` in the directory, which only you can read. \`--url\` with
\`--token\`, or \`GREENROOM_URL\` and \`GREENROOM_TOKEN\`, select another server.

## Exit codes

| Code | Meaning |
|---|---|
| 0 | Success; \`run\`: the run SUCCEEDED. |
| 1 | Failure; \`run\`: the run FAILED or was aborted. |
| 2 | Wrong command line. |
| 124 | \`run\`: the run TIMED-OUT. |
| 130, 143 | \`run\`: the run was aborted by Ctrl+C, or by SIGTERM. |

Errors are printed on stderr as \`error: …\`, with what to do. \`--verbose\`, or \`GREENROOM_DEBUG=1\`, adds code, details and
stack trace.

## Terminals and pipes

Results go to stdout, everything else to stderr; \`--json\` prints one JSON value on stdout. Colours and the progress line
appear in terminals only; \`NO_COLOR\`, \`FORCE_COLOR\` and \`--no-color\` are respected. Output of Actors can set colours,
but cannot move the cursor or control the terminal in other ways; other control characters are printed as \`\\x1b\`.

\`source <(greenroom completion bash)\` adds completion of commands, options and names; \`zsh\` and \`fish\` work likewise.

## Commands

`;

/** Renders `docs/reference/command-line.md`. */
export async function renderCommandDocs(): Promise<string> {
    const cli = memoryCli();
    const program = await loadProgram(cli);
    const helpOf = (command: Command): string => {
        const before = cli.text().length;
        command.configureHelp({ ...command.configureHelp(), showGlobalOptions: false }).outputHelp();
        return `\`\`\`text\n${cli.text().slice(before).trim()}\n\`\`\`\n`;
    };
    const all = leafCommands(program).map(getFullName);
    const contents = all
        .map((name) => `[\`${name.replace('greenroom ', '')}\`](#${name.replaceAll(' ', '-')})`)
        .join(' · ');
    const sections = leafCommands(program).map((command) => `### ${getFullName(command)}\n\n${helpOf(command)}`);
    return `${INTRODUCTION}${contents}\n\n${helpOf(program)}\n${sections.join('\n')}`;
}

/** The summaries of all commands, as the help of the program lists them. */
export const SUMMARIES = Object.values(COMMANDS).flatMap((entries) => Object.values(entries).map((one) => one.summary));
