import { OPERATIONS, OWN_ERROR_TYPES, type Operation, type Support } from '../api/api-operations.js';

const STATES: Record<Support['state'], { word: string; meaning: string }> = {
    works: { word: 'full', meaning: 'answers as the platform does.' },
    partly: { word: 'partial', meaning: 'works, with the limit in the last column.' },
};

const INTRODUCTION = `# HTTP API

\`engine.fetch\` and \`engine.listen()\` serve [Apify API v2](https://docs.apify.com/api/v2);
[Serving the API](../guide/serving-the-api.md) shows how. This page lists every operation of its specification. The
table is tested: each operation is sent to an engine, and the response is validated against the schema in the
specification.

Paths are relative to \`/v2\`. \`/acts\` is the same as \`/actors\`, for older clients.

## Behaviour

- **Tokens**: every request needs one, except for runs, builds and logs by their id, for the default build by the id of
  its Actor, for signed URLs, and for data that its \`generalAccess\` opens to anyone. Without a token, the response omits
  the costs of a run or build, and names do not reveal what exists.
- **Source code**: only the owner of an Actor sees its source and environment variables, also in its builds.
- **Users**: access to the data of another user is refused with 403, \`insufficient-permissions\`, unless it is a public
  Actor or its \`generalAccess\` allows it. Tasks, schedules and webhooks of others are not found. \`FOLLOW_USER_SETTING\`
  means not shared. Actors have all the rights of the user who started them.
- **Mounting**: with \`toNodeHandler\` of \`greenroom/server\`, the API also works
  [behind a body parser](../guide/serving-the-api.md#express-fastify-koa).
- **\`run-sync\`** and \`run-sync-get-dataset-items\` wait up to 300 seconds of the engine's clock, then answer 408; the run
  continues.
- **Items** are streamed. For tables, and for counts that \`clean\`, \`skipEmpty\` and \`unwind\` change, they are read
  twice. If an error occurs during the response, the connection is closed. \`fields\` selects each field once, and refuses
  repetitions beside \`outputFields\`. \`unwind\` accepts up to 100 names, and can turn one item into items with up to
  5,000,000 fields in all; \`flatten\` stops after 32 levels. \`delimiter\` has up to 16 characters.
- **JSON** in requests has up to 1,000 levels, also the input of a run.
- **Records** are stored as they were sent, with their \`Content-Encoding\`: on disk, \`data.json\` becomes \`data.json.br\`.
  Clients that accept the encoding receive the stored bytes; all others, \`engine.client\` and Actors receive them
  decompressed. \`size\` is the stored size. Bodies have up to 512 MB, compressed or not, and are streamed to and from the
  disk. HTML is not modified. Types that a browser could render as a page have the header
  \`Content-Security-Policy: sandbox\`.
- **Public URLs** are signed as on the platform: a client with the \`urlSigningSecretKey\` of a storage creates the same
  ones. A signature also counts beside the token of another user. Lists of storages do not contain the key.
- **Names** are compared without regard to case, also \`username~name\` and \`userId~name\`.
- **Pricings** of an Actor can have prices by tier; its runs have the price of the tier \`BRONZE\`. An update can only append
  to \`pricingInfos\`, with a start that is not before the latest existing one. \`eventUsage\` of a run has the number and the
  price of its charges by event: \`{ count, amountUsd }\`. The platform does not document its shape.
- **\`meta\`** of runs and builds has the \`X-Apify-Request-Origin\` and the \`User-Agent\` of the request that started them. The
  origin of a run that an Actor starts is always \`ACTOR\`.
- **Usage** of a month is the usage of all existing runs that were started in that month. Storage operations outside of
  runs cost nothing and are not counted.
- **Limits**: \`dataRetentionDays\` deletes old data, like the option of the engine. \`maxMonthlyUsageUsd\` is stored, and
  has no effect. An unlimited value is 999,999,999.
- **The Store** lists the engine's own public Actors. They have no category.
- **\`browser-info\`** contains no addresses: they belong to a socket, and requests may arrive without one.
- **\`decode-and-verify\`** accepts only values signed by this engine, not those signed by the cloud.
`;

const OPERATIONS_HEADING = '## Operations\n\n';

const ERRORS = `## Errors

Errors are \`{ "error": { "type", "message" } }\`. The types are those of the platform, except for these:

| Type | Remark |
|---|---|
`;

/** Renders `docs/reference/api.md`. */
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
    return ['| Method | Path | Support | Limits |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function noteOf(standing: Support): string {
    return standing.state === 'partly' ? standing.missing : '';
}
