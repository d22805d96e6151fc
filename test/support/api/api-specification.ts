import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** A JSON Schema, or a part of the description that refers to one. */
type Schema = Record<string, unknown>;

interface MediaType {
    schema?: Schema;
}

interface ResponseDescription {
    headers?: Record<string, { schema?: Schema; content?: Record<string, MediaType> }>;
    content?: Record<string, MediaType>;
}

interface OperationDescription {
    responses: Record<string, ResponseDescription & { $ref?: string }>;
}

interface Description {
    paths: Record<string, Record<string, OperationDescription>>;
    components: { responses: Record<string, ResponseDescription>; schemas: { ErrorType: { enum: string[] } } };
}

/** An answer, as far as the description has something to say about it. */
export interface DescribedAnswer {
    status: number;
    headers: Headers;
    /** Parsed where it is JSON. */
    body: unknown;
    isEmpty: boolean;
}

const METHODS = ['get', 'head', 'post', 'put', 'delete', 'patch'];
const FILE = process.env['GREENROOM_OPENAPI'] ?? beside('../shared/reference/apify-openapi.json');

/** Why nothing can be held against the API's description, or undefined where it can. */
export const MISSING_SPECIFICATION = existsSync(FILE)
    ? undefined
    : 'the OpenAPI description of API v2 is not here; name its file by GREENROOM_OPENAPI';

/** The OpenAPI description of API v2. */
export class ApiSpecification {
    readonly #description: Description;
    readonly #ajv: Ajv2020;
    readonly #validators = new Map<string, ValidateFunction>();

    constructor() {
        this.#description = JSON.parse(readFileSync(FILE, 'utf8')) as Description;
        this.#ajv = new Ajv2020({ strict: false, allErrors: true, discriminator: false });
        addFormats.default(this.#ajv);
        this.#ajv.addSchema({ ...this.#description, $id: 'api' });
    }

    /** All its operations: `GET /actors/{actorId}`. */
    operations(): string[] {
        return Object.entries(this.#description.paths).flatMap(([path, item]) =>
            METHODS.filter((method) => method in item).map((method) => `${method.toUpperCase()} ${pathBelow(path)}`),
        );
    }

    /** Every `error.type` that the description has. */
    errorTypes(): readonly string[] {
        return this.#description.components.schemas.ErrorType.enum;
    }

    /** What is wrong with an answer of an operation, each as a sentence; none if it is as described. */
    judge(operation: string, answer: DescribedAnswer): string[] {
        const [method = '', path = ''] = operation.split(' ');
        const at = ['paths', `/v2${path}`, method.toLowerCase(), 'responses', String(answer.status)];
        const responses = this.#description.paths[`/v2${path}`]?.[method.toLowerCase()]?.responses ?? {};
        const given = responses[String(answer.status)];
        if (given === undefined) {
            return [`status ${answer.status} is none of ${Object.keys(responses).join(', ')}`];
        }
        const name = given.$ref?.split('/').at(-1);
        const response = name === undefined ? given : this.#description.components.responses[name]!;
        const pointer = name === undefined ? at : ['components', 'responses', name];
        return [...judgeHeaders(response, answer), ...this.#judgeBody(response, pointer, answer)];
    }

    #judgeBody({ content = {} }: ResponseDescription, at: readonly string[], answer: DescribedAnswer): string[] {
        const types = Object.keys(content);
        if (answer.isEmpty) return [];
        const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
        const described = [type, '*/*'].find((name) => name in content);
        if (types.length === 0) return [`there is a body of ${type}, but none is described`];
        if (described === undefined) return [`its type ${type} is none of ${types.join(', ')}`];
        if (content[described]!.schema === undefined || type !== 'application/json') return [];
        return this.#validate([...at, 'content', described, 'schema'], answer.body);
    }

    #validate(at: readonly string[], value: unknown): string[] {
        const pointer = `api#/${at.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
        const validate = this.#validators.get(pointer) ?? this.#ajv.compile({ $ref: pointer });
        this.#validators.set(pointer, validate);
        if (validate(value)) return [];
        return (validate.errors ?? []).map(({ instancePath, message, params }) => {
            return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
        });
    }
}

/** Every header that is described has to be there. */
function judgeHeaders({ headers = {} }: ResponseDescription, answer: DescribedAnswer): string[] {
    return Object.keys(headers)
        .filter((name) => !answer.headers.has(name))
        .map((name) => `the header ${name} is missing`);
}

function pathBelow(path: string): string {
    return path.replace(/^\/v2/, '');
}

function beside(path: string): string {
    return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
