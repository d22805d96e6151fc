import {
    WEBHOOK_EVENT_TYPES,
    type WebhookCondition,
    type WebhookFields,
    type WebhookSettings,
} from '../model/api/webhook.js';
import {
    checkedLater,
    checkFields,
    checkFlag,
    checkOptions,
    checkString,
    checkText,
    checkWord,
    invalid,
    type Check,
} from '../util/check.js';
import { checkHeaders, DEFAULT_PAYLOAD_TEMPLATE, validateTemplate } from './template.js';

/** All fields of a webhook but those that it cannot do without. */
type Defaults = Omit<WebhookSettings, 'eventTypes' | 'condition' | 'requestUrl'>;

const DEFAULTS: Defaults = {
    payloadTemplate: DEFAULT_PAYLOAD_TEMPLATE,
    headersTemplate: undefined,
    shouldInterpolateStrings: false,
    ignoreSslErrors: false,
    doNotRetry: false,
    description: undefined,
    isAdHoc: false,
    isEnabled: true,
    isApifyIntegration: false,
};

const FIELDS: Record<keyof WebhookFields, Check> = {
    payloadTemplate: checkString,
    headersTemplate: checkString,
    shouldInterpolateStrings: checkFlag,
    ignoreSslErrors: checkFlag,
    doNotRetry: checkFlag,
    description: checkString,
    isAdHoc: checkFlag,
    isEnabled: checkFlag,
    isApifyIntegration: checkFlag,
    eventTypes: checkedLater,
    condition: checkedLater,
    requestUrl: checkedLater,
    idempotencyKey: checkText,
};

const CONDITION_KEYS = ['actorId', 'actorTaskId', 'actorRunId'] as const;

/**
 * Checks what is said of a webhook and makes its settings of it.
 *
 * @param path - What the fields are called where they come from: `options.webhooks[0]`.
 * @param before - The settings of a webhook that is to be changed; what is left out stays.
 * @throws EngineError `unknown-option` or `invalid-value`.
 */
export async function parseWebhookSettings(
    path: string,
    fields: WebhookFields,
    before?: WebhookSettings,
): Promise<WebhookSettings> {
    if (fields === undefined) throw invalid(path, fields, 'an object of fields');
    checkFields(path, fields, FIELDS);
    const settings: WebhookSettings = {
        ...DEFAULTS,
        ...before,
        ...optionalFields(fields),
        eventTypes: readEventTypes(`${path}.eventTypes`, fields.eventTypes ?? before?.eventTypes),
        condition: readCondition(`${path}.condition`, fields.condition ?? before?.condition),
        requestUrl: readUrl(`${path}.requestUrl`, fields.requestUrl ?? before?.requestUrl),
    };
    await checkTemplates(path, settings);
    return settings;
}

/** What is given of the fields that have a default; null and an empty template are the default. */
function optionalFields(fields: WebhookFields): Partial<Defaults> {
    const given: Record<string, unknown> = {};
    for (const name of Object.keys(DEFAULTS) as (keyof Defaults)[]) {
        const value = fields[name];
        if (value !== undefined) given[name] = value === null || value === '' ? DEFAULTS[name] : value;
    }
    return given;
}

async function checkTemplates(path: string, settings: WebhookSettings): Promise<void> {
    const { payloadTemplate, headersTemplate, shouldInterpolateStrings } = settings;
    if (payloadTemplate !== DEFAULT_PAYLOAD_TEMPLATE) {
        await validateTemplate(`${path}.payloadTemplate`, payloadTemplate, shouldInterpolateStrings);
    }
    if (headersTemplate !== undefined) {
        const where = `${path}.headersTemplate`;
        checkHeaders(where, await validateTemplate(where, headersTemplate, shouldInterpolateStrings));
    }
}

function readEventTypes(path: string, value: WebhookFields['eventTypes']): WebhookSettings['eventTypes'] {
    const expected = `an array of types of events, such as ['ACTOR.RUN.SUCCEEDED']`;
    if (!Array.isArray(value) || value.length === 0) throw invalid(path, value, expected);
    for (const [index, type] of value.entries()) {
        checkWord(`${path}[${index}]`, type ?? null, WEBHOOK_EVENT_TYPES);
    }
    return [...new Set(value as WebhookSettings['eventTypes'])];
}

function readCondition(path: string, value: WebhookFields['condition']): WebhookCondition {
    const expected = 'an object with an `actorId`, an `actorTaskId` or an `actorRunId`';
    if (value === undefined || value === null) throw invalid(path, value, expected);
    checkOptions(path, value, CONDITION_KEYS);
    const condition: Record<string, string> = {};
    for (const name of CONDITION_KEYS) {
        const id = value[name] ?? undefined;
        checkText(`${path}.${name}`, id);
        if (id !== undefined) condition[name] = id;
    }
    if (Object.keys(condition).length === 0) throw invalid(path, value, expected, 'It has none of them.');
    return condition as WebhookCondition;
}

function readUrl(path: string, value: unknown): string {
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return value as string;
    throw invalid(path, value, "a URL with http or https, such as 'https://example.com/done'");
}
