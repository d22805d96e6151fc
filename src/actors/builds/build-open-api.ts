import { API_BASE_URL } from '../../protocol/api.js';
import type { Actor, Build } from '../../model/api/actor.js';
import type { OpenApiDefinition, OpenApiOperation } from '../../model/client/build.js';

const INPUT = '#/components/schemas/inputSchema';
const RUN = '#/components/schemas/runsResponseSchema';

/** Ways to run an Actor: what the path ends with, and what it is good for. */
const ENDPOINTS = [
    {
        path: 'run-sync-get-dataset-items',
        summary: 'Runs the Actor, waits for its end, and answers with the items of its default dataset.',
        answersWithRun: false,
    },
    { path: 'runs', summary: 'Starts a run of the Actor, and answers with the run.', answersWithRun: true },
    {
        path: 'run-sync',
        summary: 'Runs the Actor, waits for its end, and answers with the OUTPUT of its default key-value store.',
        answersWithRun: false,
    },
];

/** What is said of a run that was started. */
const RUN_SCHEMA = {
    type: 'object',
    properties: {
        data: {
            type: 'object',
            properties: {
                id: { type: 'string' },
                actId: { type: 'string' },
                userId: { type: 'string' },
                startedAt: { type: 'string', format: 'date-time' },
                finishedAt: { type: 'string', format: 'date-time' },
                status: { type: 'string', example: 'READY' },
                meta: { type: 'object', properties: { origin: { type: 'string' }, userAgent: { type: 'string' } } },
                buildId: { type: 'string' },
                buildNumber: { type: 'string' },
                defaultKeyValueStoreId: { type: 'string' },
                defaultDatasetId: { type: 'string' },
                defaultRequestQueueId: { type: 'string' },
            },
        },
    },
};

/** How an Actor is run over the API, in OpenAPI 3: its input is described by the input schema of the build. */
export function buildOpenApi(actor: Actor, build: Build): OpenApiDefinition {
    const { title, name, description } = actor;
    const input = build.actorDefinition?.input ?? { type: 'object' };
    const paths = ENDPOINTS.map(({ path, summary, answersWithRun }): [string, { post: OpenApiOperation }] => [
        `/acts/${actor.username}~${name}/${path}`,
        { post: createOperation(`${path}-${actor.username}-${name}`, summary, answersWithRun) },
    ]);
    return {
        openapi: '3.0.1',
        info: {
            title: title ?? name,
            ...(description !== undefined && { description }),
            version: build.buildNumber.split('.').slice(0, 2).join('.'),
            'x-build-id': build.id,
        },
        servers: [{ url: `${API_BASE_URL}/v2` }],
        paths: Object.fromEntries(paths),
        components: { schemas: { inputSchema: structuredClone(input), runsResponseSchema: RUN_SCHEMA } },
    };
}

function createOperation(operationId: string, summary: string, answersWithRun: boolean): OpenApiOperation {
    return {
        operationId,
        'x-openai-isConsequential': false,
        summary,
        tags: ['Run Actor'],
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: INPUT } } } },
        parameters: [
            {
                name: 'token',
                in: 'query',
                required: true,
                schema: { type: 'string' },
                description: 'The token of the user.',
            },
        ],
        responses: {
            '200': {
                description: 'OK',
                ...(answersWithRun && { content: { 'application/json': { schema: { $ref: RUN } } } }),
            },
        },
    };
}
