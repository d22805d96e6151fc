import { API_BASE_URL } from '../../protocol/api.js';
import type { Actor, Build } from '../../model/api/actor.js';
import type { OpenApiDefinition, OpenApiOperation } from '../../model/client/build.js';

const INPUT = '#/components/schemas/inputSchema';
const RUN = '#/components/schemas/runsResponseSchema';

/** The endpoints that run an Actor, by the end of their paths. */
const ENDPOINTS = [
    {
        path: 'run-sync-get-dataset-items',
        summary: 'Runs the Actor, waits until it finishes, and returns the items of its default dataset.',
        returnsRun: false,
    },
    { path: 'runs', summary: 'Starts a run of the Actor, and returns the run.', returnsRun: true },
    {
        path: 'run-sync',
        summary:
            'Runs the Actor, waits until it finishes, and returns the OUTPUT record of its default key-value store.',
        returnsRun: false,
    },
];

/** The schema of the response with a run. */
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

/** Creates the OpenAPI 3 document of the endpoints that run an Actor. The build's input schema describes the request body. */
export function buildOpenApi(actor: Actor, build: Build): OpenApiDefinition {
    const { title, name, description } = actor;
    const input = build.actorDefinition?.input ?? { type: 'object' };
    const paths = ENDPOINTS.map(({ path, summary, returnsRun }): [string, { post: OpenApiOperation }] => [
        `/acts/${actor.username}~${name}/${path}`,
        { post: createOperation(`${path}-${actor.username}-${name}`, summary, returnsRun) },
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

function createOperation(operationId: string, summary: string, returnsRun: boolean): OpenApiOperation {
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
                ...(returnsRun && { content: { 'application/json': { schema: { $ref: RUN } } } }),
            },
        },
    };
}
