import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** A JSON Schema, or a reference to one. */
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

/** A response: the properties that the description covers. */
export interface DescribedResponse {
    status: number;
    headers: Headers;
    /** Parsed if it is JSON. */
    body: unknown;
    isEmpty: boolean;
}

const METHODS = ['get', 'head', 'post', 'put', 'delete', 'patch'];
const FILE = process.env['GREENROOM_OPENAPI'] ?? beside('../shared/reference/apify-openapi.json');

/** Reason why responses cannot be compared with the description; undefined if they can. */
export const MISSING_SPECIFICATION = existsSync(FILE)
    ? undefined
    : 'the OpenAPI description of API v2 is missing; set GREENROOM_OPENAPI to its file';

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

    /** Returns all operations, such as `GET /actors/{actorId}`. */
    operations(): string[] {
        return Object.entries(this.#description.paths).flatMap(([path, item]) =>
            METHODS.filter((method) => method in item).map((method) => `${method.toUpperCase()} ${pathBelow(path)}`),
        );
    }

    /** Returns all values of `error.type`. */
    errorTypes(): readonly string[] {
        return this.#description.components.schemas.ErrorType.enum;
    }

    /** Returns the deviations of a response from the description, each as a sentence. */
    validate(operation: string, answer: DescribedResponse): string[] {
        const [method = '', path = ''] = operation.split(' ');
        const at = ['paths', `/v2${path}`, method.toLowerCase(), 'responses', String(answer.status)];
        const responses = this.#description.paths[`/v2${path}`]?.[method.toLowerCase()]?.responses ?? {};
        const given = responses[String(answer.status)];
        if (given === undefined) {
            return [`status ${answer.status} is not one of ${Object.keys(responses).join(', ')}`];
        }
        const name = given.$ref?.split('/').at(-1);
        const response = name === undefined ? given : this.#description.components.responses[name]!;
        const pointer = name === undefined ? at : ['components', 'responses', name];
        return [...checkHeaders(response, answer), ...this.#checkBody(response, pointer, answer)];
    }

    #checkBody({ content = {} }: ResponseDescription, at: readonly string[], answer: DescribedResponse): string[] {
        const types = Object.keys(content);
        if (answer.isEmpty) return [];
        const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
        const described = [type, '*/*'].find((name) => name in content);
        if (types.length === 0) return [`unexpected body of type ${type}`];
        if (described === undefined) return [`its type ${type} is not one of ${types.join(', ')}`];
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

/** Requires each described header. */
function checkHeaders({ headers = {} }: ResponseDescription, answer: DescribedResponse): string[] {
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
