import { COMMON_OPTIONS } from '../../src/cli/common-options.js';
import { COMMANDS } from '../../src/cli/commands.js';
import { labelOf, summaryOf, usageOf } from '../../src/cli/help.js';
import type { Command, CommandOption } from '../../src/cli/command.js';

const INTRODUCTION = `# The command line

\`\`\`sh
npx greenroom init my-actor     # a new Actor that runs at once
cd my-actor
npx greenroom run               # run it
npx greenroom dev --open        # run it from a console in the browser
\`\`\`

This page is made from what \`greenroom COMMAND --help\` shows. A command or option that is mistyped is met with the nearest one.

## Coming from \`apify run\`

- \`greenroom run\` runs the Actor of the folder one stands in. Its input is that of \`--input\`, \`--input-file\`, a pipe or
  \`key=value\`; or else \`storage/key_value_stores/default/INPUT.json\`, and what the input schema has as defaults.
- Everything is kept in \`./.greenroom\`, each run with storages of its own; nothing is purged unless you say so. The folder
  \`storage\` is only read: the input, and, once, what it has under a name.
- A run has the platform's lifecycle: a memory limit, a timeout, a status, aborts that are graceful. It gets none of your
  environment variables but those of \`--env\` and \`--env-file\`.
- An Actor that brings no \`apify\` of its own gets the built-in one, so that \`npm install\` may wait.

## Where things are

The storage directory is \`--storage\`, else \`GREENROOM_STORAGE\`, else \`.greenroom\` in the current folder. It has one owner at a time.
While \`greenroom dev\` or \`serve\` owns it, other commands on that directory go by that server, which leaves its address and token in
\`server.json\` there, for nobody but you to read. \`--url\` with \`--token\`, or \`GREENROOM_URL\` and \`GREENROOM_TOKEN\`, name another one.

## Exit codes

| Code | Why |
|---|---|
| 0 | All went well; of \`run\`, the run has SUCCEEDED. |
| 1 | It did not; of \`run\`, the run has FAILED, or was aborted by somebody else. |
| 2 | The command line cannot be understood. |
| 124 | \`run\`: the run has TIMED-OUT. |
| 130, 143 | \`run\`: it was aborted by Ctrl+C, or by SIGTERM. |

What went wrong is told on stderr as \`error: …\`, with what to do. \`--verbose\`, or \`GREENROOM_DEBUG=1\`, adds code, details and stack.

## On terminals and in pipes

Results go to stdout, all else to stderr; \`--json\` is one JSON on stdout. Colours and the line of progress are for terminals only:
\`NO_COLOR\`, \`FORCE_COLOR\` and \`--no-color\` are heeded. What Actors have written cannot move the cursor or do anything else but choose
colours; other control characters are shown as \`\\x1b\`.

Completion: \`source <(greenroom completion bash)\`; likewise for zsh and fish.

## Options of every command

`;

/** The text of `docs/command-line.md`. */
export function renderCommandDocs(): string {
    const shown = COMMANDS.commands.filter(({ isHidden }) => isHidden !== true);
    const sections = shown.map(sectionOf);
    return `${INTRODUCTION}${optionsOf(COMMON_OPTIONS)}\n## The commands\n\n${contentsOf(shown)}\n\n${sections.join('\n')}`;
}

function contentsOf(commands: readonly Command[]): string {
    return commands.map(({ name }) => `[\`${name}\`](#${anchorOf(name)})`).join(' · ');
}

function anchorOf(name: string): string {
    return `greenroom-${name.replaceAll(' ', '-')}`;
}

function sectionOf(command: Command): string {
    const { name, aliases = [], summary, description = [], arguments: args = [], options = [], examples } = command;
    return [
        `### greenroom ${name}\n`,
        `${summary}\n`,
        ...description.map((paragraph) => `${escape(paragraph)}\n`),
        `\`\`\`text\n${usageOf(command)}\n\`\`\`\n`,
        ...(aliases.length > 0 ? [`Also: ${aliases.map((alias) => `\`greenroom ${alias}\``).join(', ')}.\n`] : []),
        ...(args.length > 0 ? [args.map((one) => `- \`${one.name}\`: ${escape(one.summary)}\n`).join('')] : []),
        ...(options.length > 0 ? [optionsOf(options)] : []),
        `\`\`\`sh\n${examples.map((one) => `${one.line}   # ${one.summary}`).join('\n')}\n\`\`\`\n`,
    ].join('\n');
}

function optionsOf(options: readonly CommandOption[]): string {
    const rows = options.map((option) => `| \`${labelOf(option).trim()}\` | ${escape(summaryOf(option))} |\n`);
    return `| Option | |\n|---|---|\n${rows.join('')}`;
}

/** Pipes end cells, and what looks like a tag is one. */
function escape(text: string): string {
    return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
