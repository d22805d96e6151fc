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

/** The optional fields of a webhook. */
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
 * Validates the fields of a webhook and returns its settings.
 *
 * @param path - Path of the fields in error messages, such as `options.webhooks[0]`.
 * @param current - For an update, the current settings. Fields that are not set keep their value.
 * @throws EngineError `unknown-option` or `invalid-value`.
 */
export async function parseWebhookSettings(
    path: string,
    fields: WebhookFields,
    current?: WebhookSettings,
): Promise<WebhookSettings> {
    if (fields === undefined) throw invalid(path, fields, 'an object of fields');
    checkFields(path, fields, FIELDS);
    const settings: WebhookSettings = {
        ...DEFAULTS,
        ...current,
        ...pickOptionalFields(fields),
        eventTypes: parseEventTypes(`${path}.eventTypes`, fields.eventTypes ?? current?.eventTypes),
        condition: parseCondition(`${path}.condition`, fields.condition ?? current?.condition),
        requestUrl: parseUrl(`${path}.requestUrl`, fields.requestUrl ?? current?.requestUrl),
    };
    await checkTemplates(path, settings);
    return settings;
}

/** Returns the optional fields that are set. Null and an empty string stand for the default. */
function pickOptionalFields(fields: WebhookFields): Partial<Defaults> {
    const picked: Record<string, unknown> = {};
    for (const name of Object.keys(DEFAULTS) as (keyof Defaults)[]) {
        const value = fields[name];
        if (value !== undefined) picked[name] = value === null || value === '' ? DEFAULTS[name] : value;
    }
    return picked;
}

async function checkTemplates(path: string, settings: WebhookSettings): Promise<void> {
    const { payloadTemplate, headersTemplate, shouldInterpolateStrings } = settings;
    if (payloadTemplate !== DEFAULT_PAYLOAD_TEMPLATE) {
        await validateTemplate(`${path}.payloadTemplate`, payloadTemplate, shouldInterpolateStrings);
    }
    if (headersTemplate !== undefined) {
        const headersPath = `${path}.headersTemplate`;
        checkHeaders(headersPath, await validateTemplate(headersPath, headersTemplate, shouldInterpolateStrings));
    }
}

function parseEventTypes(path: string, value: WebhookFields['eventTypes']): WebhookSettings['eventTypes'] {
    const expected = `an array of event types, such as ['ACTOR.RUN.SUCCEEDED']`;
    if (!Array.isArray(value) || value.length === 0) throw invalid(path, value, expected);
    for (const [index, type] of value.entries()) {
        checkWord(`${path}[${index}]`, type ?? null, WEBHOOK_EVENT_TYPES);
    }
    return [...new Set(value as WebhookSettings['eventTypes'])];
}

function parseCondition(path: string, value: WebhookFields['condition']): WebhookCondition {
    const expected = 'an object with `actorId`, `actorTaskId` or `actorRunId`';
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

function parseUrl(path: string, value: unknown): string {
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return value as string;
    throw invalid(path, value, "an http or https URL, such as 'https://example.com/done'");
}
