import { invalid } from '../util/check.js';
import { didYouMean } from '../util/near-miss.js';
import type { WebhookPayloadTemplate } from '@apify/utilities';
import type { TemplateVariables } from './parts.js';

/** The names of the variables that templates may use. */
const VARIABLES: ReadonlySet<string> = new Set<keyof TemplateVariables>([
    'userId',
    'createdAt',
    'eventType',
    'eventData',
    'resource',
    'globals',
]);

/** What is sent where a webhook has no template of its own. */
export const DEFAULT_PAYLOAD_TEMPLATE = `{
    "userId": {{userId}},
    "createdAt": {{createdAt}},
    "eventType": {{eventType}},
    "eventData": {{eventData}},
    "resource": {{resource}}
}`;

const VARIABLE = /\{\{\s*([^{}\s.]*)[^{}]*\}\}/g;

let library: Promise<{ WebhookPayloadTemplate: typeof WebhookPayloadTemplate }> | undefined;

/** What stands for the variables while a template is only looked at. A number would be no header, and a variable may. */
const SAMPLE = {
    userId: 'user',
    createdAt: '2024-01-01T00:00:00.000Z',
    eventType: 'TEST',
    eventData: {},
    resource: {},
    globals: { dateISO: '2024-01-01T00:00:00.000Z', dateUnix: '1704067200' },
};

/**
 * Replaces the variables of a template and parses it. It is the platform's own code that does it, so that all comes out as it
 * does there: what is not known is null, and so are 0, false and the empty text, unless they stand within texts.
 *
 * @throws Whatever the platform's code throws: the template is no JSON, or names a variable that there is not.
 */
export async function fillTemplate(
    template: string,
    variables: TemplateVariables,
    interpolateStrings: boolean,
): Promise<unknown> {
    return fill(template, { ...variables }, interpolateStrings);
}

async function fill(
    template: string,
    variables: Record<string, unknown>,
    interpolateStrings: boolean,
): Promise<unknown> {
    // Loaded by the first template: it takes 20 milliseconds. And kept: to ask for it anew is a look at the disk.
    library ??= import('@apify/utilities');
    const { WebhookPayloadTemplate: Template } = await library;
    return Template.parse(template, new Set(VARIABLES), variables, { interpolateStrings });
}

/** Fills a template with samples; throws `invalid-value`, under the path of the template, where that cannot be done. */
export async function trialOf(path: string, template: string, interpolateStrings: boolean): Promise<unknown> {
    try {
        return await fill(template, SAMPLE, interpolateStrings);
    } catch (error) {
        const known = [...VARIABLES];
        for (const [, name = ''] of template.matchAll(VARIABLE)) {
            if (VARIABLES.has(name)) continue;
            const remedy = `It uses \`${name}\`.${didYouMean(name, known)}`;
            throw invalid(path, template, `a template with no variables but ${known.join(', ')}`, remedy);
        }
        const why = error instanceof Error ? error.message : String(error);
        throw invalid(path, template, 'JSON apart from its variables', `What is wrong with it: ${why}`);
    }
}
