import { OPERATIONS, OWN_ERROR_TYPES, type Operation, type Standing } from '../api/api-operations.js';

const STATES: Record<Standing['state'], { word: string; meaning: string }> = {
    works: { word: 'works', meaning: 'answers as the platform does.' },
    partly: { word: 'partly', meaning: 'works, but for what is named.' },
};

const INTRODUCTION = `# The API

\`engine.fetch\` and the servers on top of it answer [Apify API v2](https://docs.apify.com/api/v2). This page has every operation of
its description, and what of it is here. What the table says is tested: each operation that works is sent to an engine, and
its answer is held against the schema that the platform publishes for it.

Paths are below \`/v2\`. \`/acts\` is the same as \`/actors\`, as older clients call it.

## What to know

- **Tokens**: \`engine.fetch\` and \`engine.listen\` ask for one, but for runs, builds and logs by their id, for what a signed URL
  leads to, and for what its \`generalAccess\` opens to anyone. Without a token a run does not show what it has cost.
- **Users**: what belongs to another user is answered with 403, \`insufficient-permissions\`, unless it is a public Actor or its
  \`generalAccess\` opens it; tasks, schedules and webhooks of others are not found. The setting of the account, which
  \`FOLLOW_USER_SETTING\` stands for, is that nothing is shared. Actors act with all the rights of whoever has started them.
- **Mounted** in another server by \`toNodeHandler\` of \`greenroom/server\`, the API also works behind a body parser that has left the body, its text or its parsed
  JSON in \`request.body\`.
- **\`run-sync\`** and \`run-sync-get-dataset-items\` wait up to 300 seconds of the engine's clock, then answer 408; the run goes on.
- **Items** are answered as they are read, whatever their number. Tables, and counts that \`clean\`, \`skipEmpty\` and \`unwind\`
  change, take going through them twice. An answer that fails on its way breaks off.
- **Records** are kept as they were sent, with their \`Content-Encoding\`: on disk \`data.json\` is then \`data.json.br\`. Who accepts
  that encoding gets them so, all others decompressed, as do \`engine.client\` and Actors. \`size\` is that of what is kept. Bodies
  may have 512 MB, compressed or not; they go to the disk, and come from it, in pieces. HTML is never changed.
- **Public URLs** are signed as on the platform: a client with the \`urlSigningSecretKey\` of a storage makes the same ones.
- **Usage** of a month is what the runs have used that were started in it and are still there. Storage operations that no run
  did cost nothing and are not counted.
- **Limits**: \`dataRetentionDays\` has old data deleted, as the option of the engine does. \`maxMonthlyUsageUsd\` is kept and shown,
  and stops nothing. Where nothing limits, the number is 999,999,999.
- **The Store** is the engine's own public Actors. None has a category.
- **\`browser-info\`** shows no addresses: they belong to a socket, and the API may have none.
- **\`decode-and-verify\`** reads what this engine has signed, and nothing that the cloud has.
`;

const OPERATIONS_HEADING = '## The operations\n\n';

const ERRORS = `## Errors

Errors are \`{ "error": { "type", "message" } }\`. Types are the platform's, but for these of the engine's own:

| Type | Why |
|---|---|
`;

/** The text of `docs/reference/api.md`. */
export function renderApiDocs(): string {
    const groups = [...new Set(OPERATIONS.map(({ group }) => group))];
    const legend = Object.entries(STATES).flatMap(([state, { word, meaning }]) => {
        const { length } = OPERATIONS.filter(({ standing }) => standing.state === state);
        return length === 0 ? [] : [`- **${word}** (${length} of ${OPERATIONS.length}): ${meaning}\n`];
    });
    const types = Object.entries(OWN_ERROR_TYPES).map(([type, reason]) => `| \`${type}\` | ${reason} |\n`);
    const sections = groups.map((group) => {
        return `### ${group}\n\n${tableOf(OPERATIONS.filter((operation) => operation.group === group))}`;
    });
    return [INTRODUCTION, `${OPERATIONS_HEADING}${legend.join('')}`, ...sections, `${ERRORS}${types.join('')}`].join(
        '\n',
    );
}

function tableOf(operations: readonly Operation[]): string {
    const rows = operations.map(({ method, path, standing }) => {
        return `| ${method} | \`${path}\` | ${STATES[standing.state].word} | ${noteOf(standing)} |`;
    });
    return ['| Method | Path | State | Missing |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function noteOf(standing: Standing): string {
    return standing.state === 'partly' ? standing.missing : '';
}
