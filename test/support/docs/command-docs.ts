import { fullName } from '../../../src/cli/command.js';
import { COMMANDS } from '../../../src/cli/program.js';
import { leafCommands, loadProgram, memoryCli } from '../cli/command-line-program.js';
import type { Command } from 'commander';

const INTRODUCTION = `# The command line

\`\`\`sh
npx greenroom init my-actor     # create an Actor
cd my-actor
npx greenroom run               # run it
npx greenroom dev --open        # run it from a console in the browser
\`\`\`

This page is generated from \`greenroom COMMAND --help\`. For a mistyped command or option, the error suggests the nearest one.
Schedules, tasks, webhooks and builds are managed in the console and with the API.

## Coming from \`apify run\`

- \`greenroom run\` runs the Actor of the current directory. Its input is that of \`--input\`, \`--input-file\`, a pipe or
  \`key=value\`; or else \`storage/key_value_stores/default/INPUT.json\`, and the defaults of the input schema. A key that the
  input schema does not have gets a warning with the nearest one.
- All data is kept in \`./.greenroom\`. Each run has its own storages, and nothing is purged unless you ask for it. The folder
  \`storage\` is only read: the input, and, once, its named storages.
- A run has the platform's lifecycle: a memory limit, a timeout, a status, graceful aborts. It gets none of your environment
  variables except those of \`--env\` and \`--env-file\`.
- An Actor without its own \`apify\` package gets the built-in one, so \`npm install\` can wait.

## Storage directory

The storage directory is \`--storage\`, else \`GREENROOM_STORAGE\`, else \`.greenroom\` in the current directory. It has one owner at a time.
While \`greenroom dev\` or \`serve\` owns it, other commands on that directory use this server. They find its address and token in
\`server.json\` there, which only you can read. \`--url\` with \`--token\`, or \`GREENROOM_URL\` and \`GREENROOM_TOKEN\`, name another server.

## Exit codes

| Code | Meaning |
|---|---|
| 0 | Success; for \`run\`, the run has SUCCEEDED. |
| 1 | Failure; for \`run\`, the run has FAILED or was aborted. |
| 2 | Wrong command line. |
| 124 | \`run\`: the run has TIMED-OUT. |
| 130, 143 | \`run\`: the run was aborted by Ctrl+C, or by SIGTERM. |

An error is printed on stderr as \`error: …\`, with what to do. \`--verbose\`, or \`GREENROOM_DEBUG=1\`, adds code, details and stack.

## Terminals and pipes

Results go to stdout, everything else to stderr; \`--json\` prints one JSON value on stdout. Colours and the progress line are for
terminals only; \`NO_COLOR\`, \`FORCE_COLOR\` and \`--no-color\` are respected. Output of Actors can set colours, but cannot move the
cursor or do anything else to the terminal; other control characters are shown as \`\\x1b\`.

Completion of commands, options and names: \`source <(greenroom completion bash)\`; likewise for zsh and fish.

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
    const all = leafCommands(program).map(fullName);
    const contents = all
        .map((name) => `[\`${name.replace('greenroom ', '')}\`](#${name.replaceAll(' ', '-')})`)
        .join(' · ');
    const sections = leafCommands(program).map((command) => `### ${fullName(command)}\n\n${helpOf(command)}`);
    return `${INTRODUCTION}${contents}\n\n${helpOf(program)}\n${sections.join('\n')}`;
}

/** The summaries of all commands, as the help of the program lists them. */
export const SUMMARIES = Object.values(COMMANDS).flatMap((entries) => Object.values(entries).map((one) => one.summary));
